// Which table holds the customers, and which the events. Also shown by first start, which goes on with `onSaved`.
import { Button } from "@mantine/core";
import { IconDatabaseOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { useGate } from "@/app/rights";
import { EmptyState, ErrorNote, formatCounted, SkeletonRows, StateGlyph } from "@/components";
import type { CatalogueTable, CustomerSourceStatus } from "@/contract";
import { ColumnSelect } from "./ColumnSelect";
import classes from "./CustomerSourceForm.module.css";
import { LostAudiences } from "./LostAudiences";
import {
  canBeId,
  findTable,
  formOf,
  isTime,
  likelySource,
  missingFields,
  placed,
  type SourceErrors,
  type SourceForm,
  sourceOf,
  withCustomersTable,
  withEventsTable,
} from "./model/source";
import { SourceHealth } from "./SourceHealth";
import { TableSelect } from "./TableSelect";

type Props = {
  /** Goes on after saving: what is unchanged then needs no button of its own here. */
  onSaved?: () => void;
  /** Told when there is something to save, and when there is not any more. */
  onEditing?: (editing: boolean) => void;
};

export function CustomerSourceForm({ onSaved, onEditing }: Props) {
  const tables = useCommandQuery("catalogue_list", {});
  const status = useCommandQuery("customer_source_get", {});
  const failed = tables.error && !tables.data ? tables : status.error && !status.data ? status : null;
  if (failed) {
    return (
      <ErrorNote
        title="The tables of the database could not be read."
        failure={failed.error}
        onRetry={() => void failed.refetch()}
      />
    );
  }
  if (!tables.data || !status.data) return <SkeletonRows rows={4} label="Reading the tables" />;
  if (tables.data.length === 0 && status.data.source === null) {
    return (
      <EmptyState
        title="There is no table to choose from"
        icon={<IconDatabaseOff size={28} stroke={1.5} />}
        actions={<Button onClick={() => void tables.refetch()}>Look again</Button>}
      >
        The database role may read no table or view besides Halyard's own. Ask whoever runs the database for
        SELECT on the table with your customers.
      </EmptyState>
    );
  }
  return <Form tables={tables.data} status={status.data} onSaved={onSaved} onEditing={onEditing} />;
}

type FormProps = {
  tables: ReadonlyArray<CatalogueTable>;
  status: CustomerSourceStatus;
  onSaved: (() => void) | undefined;
  onEditing: ((editing: boolean) => void) | undefined;
};

function Form({ tables, status, onSaved, onEditing }: FormProps) {
  /** null: nothing was edited, so that it follows what others choose. */
  const [edited, setEdited] = useState<SourceForm | null>(null);
  const [tried, setTried] = useState(false);
  const save = useCommandMutation("customer_source_set");
  const gate = useGate("editSource");
  const form = edited ?? (status.source ? formOf(status.source) : likelySource(tables));

  const refused = save.error?.code === "invalid" ? placed(save.error.violations) : null;
  const local = missingFields(form);
  const errors: SourceErrors = { ...refused?.errors, ...(tried ? local : {}) };
  const table = findTable(tables, form.customersTable);
  const events = findTable(tables, form.eventsTable);
  const id = table?.columns.find(({ name }) => name === form.idColumn);
  const changed = status.source === null || edited !== null;
  useEffect(() => onEditing?.(changed), [onEditing, changed]);

  const change = (next: SourceForm) => {
    setEdited(next);
    if (save.error) save.reset();
  };
  const set = (changes: Partial<SourceForm>) => change({ ...form, ...changes });

  const submit = () => {
    setTried(true);
    if (Object.keys(local).length > 0) return;
    save.mutate(
      { source: sourceOf(form) },
      {
        onSuccess: () => {
          setEdited(null);
          setTried(false);
          onSaved?.();
        },
      },
    );
  };

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset className={classes.group}>
        <legend className={classes.legend}>Customers</legend>
        <TableSelect
          label="Table or view"
          tables={tables}
          value={form.customersTable}
          error={errors.customersTable}
          onChange={(next) => change(withCustomersTable(form, next))}
        />
        <div className={classes.columns}>
          <ColumnSelect
            label="Id"
            columns={(table?.columns ?? []).filter(canBeId)}
            value={form.idColumn}
            error={errors.idColumn}
            onChange={(idColumn) => set({ idColumn })}
          />
          <ColumnSelect
            label="Name"
            optional
            columns={table?.columns ?? []}
            value={form.nameColumn}
            error={errors.nameColumn}
            onChange={(nameColumn) => set({ nameColumn })}
          />
          <ColumnSelect
            label="E-mail"
            optional
            columns={table?.columns ?? []}
            value={form.emailColumn}
            error={errors.emailColumn}
            onChange={(emailColumn) => set({ emailColumn })}
          />
        </div>
        <p className={classes.hint}>
          The id is what your apps send. Name and e-mail are only for finding and showing customers.
          {id && !id.unique && " This column is not known to be unique: every row is checked when you save."}
        </p>
      </fieldset>
      <fieldset className={classes.group}>
        <legend className={classes.legend}>Events</legend>
        <TableSelect
          label="Events table or view"
          description="Optional. What customers did, one row each."
          optional
          tables={tables}
          value={form.eventsTable}
          error={errors.eventsTable}
          onChange={(next) => change(withEventsTable(form, next))}
        />
        {form.eventsTable !== "" && (
          <div className={classes.columns}>
            <ColumnSelect
              label="Customer of the event"
              columns={events?.columns ?? []}
              value={form.eventCustomerColumn}
              error={errors.eventCustomerColumn}
              onChange={(eventCustomerColumn) => set({ eventCustomerColumn })}
            />
            <ColumnSelect
              label="Name of the event"
              columns={events?.columns ?? []}
              value={form.eventNameColumn}
              error={errors.eventNameColumn}
              onChange={(eventNameColumn) => set({ eventNameColumn })}
            />
            <ColumnSelect
              label="Time of the event"
              optional
              columns={(events?.columns ?? []).filter(isTime)}
              value={form.eventTimeColumn}
              error={errors.eventTimeColumn}
              onChange={(eventTimeColumn) => set({ eventTimeColumn })}
            />
          </div>
        )}
      </fieldset>
      {table && changed && <LostAudiences table={table} hasEvents={form.eventsTable !== ""} />}
      {edited === null && <SourceHealth {...status} />}
      {status.problem && edited === null && (
        <div className={classes.warning} role="alert">
          <StateGlyph state="warning" label="Problem" />
          <div>
            <strong>The customers cannot be used as they are.</strong> {status.problem}
          </div>
        </div>
      )}
      {save.error && (!refused || refused.unplaced.length > 0) && (
        <ErrorNote title="The customer source was not saved." failure={save.error} />
      )}
      <div className={classes.buttons}>
        <span className={classes.state} aria-live="polite">
          {save.isPending ? "Checking the ids and counting the customers…" : !changed && counted(status)}
        </span>
        {edited !== null && status.source !== null && (
          <Button
            disabled={save.isPending}
            onClick={() => {
              setEdited(null);
              setTried(false);
              save.reset();
            }}
          >
            Discard
          </Button>
        )}
        {(changed || !onSaved) && (
          <Button type="submit" variant="filled" loading={save.isPending} disabled={!changed} {...gate}>
            {onSaved ? "Save and continue" : "Save customer source"}
          </Button>
        )}
      </div>
    </form>
  );
}

function counted({ customers, problem }: CustomerSourceStatus): string {
  if (problem !== null) return "";
  return customers === null ? "Not counted: it took too long." : formatCounted(customers, "customer");
}
