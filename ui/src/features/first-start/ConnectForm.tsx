// Connecting to a Postgres: fields or a URL, each step named as it is tried, and asked before a schema is created.
import { Button, Checkbox, PasswordInput, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation } from "@/api";
import { ErrorNote } from "@/components";
import type { TlsMode } from "@/contract";
import { ConnectionSteps } from "./ConnectionSteps";
import {
  type ConnectionForm,
  connectionErrors,
  connectionInput,
  FIRST_CONNECTION,
  violationsByField,
  withHost,
  workspaceName,
} from "./connection";
import { Frame } from "./Frame";
import classes from "./forms.module.css";

const TLS: ReadonlyArray<{ value: TlsMode; label: string }> = [
  { value: "verify_full", label: "Encrypt and verify the server" },
  { value: "require", label: "Encrypt, trust any server" },
  { value: "disable", label: "Do not encrypt" },
];

type Props = {
  onBack: () => void;
  /** A schema was created: nobody has said yet where the customers are. */
  onSchemaCreated: () => void;
};

export function ConnectForm({ onBack, onSchemaCreated }: Props) {
  const [form, setForm] = useState<ConnectionForm>(FIRST_CONNECTION);
  const [tried, setTried] = useState(false);
  const attempt = useCommandMutation("workspace_test_connection");
  const connect = useCommandMutation("workspace_connect");
  const failure = attempt.error ?? connect.error;
  const refused = failure?.code === "invalid" ? violationsByField(failure.violations) : {};
  const local = connectionErrors(form);
  const errors = { ...refused, ...(tried ? local : {}) };
  const report = attempt.data;
  const busy = attempt.isPending || connect.isPending;
  const asking = report?.ok === true && !report.schemaExists;

  const change = (next: ConnectionForm) => {
    setForm(next);
    if (attempt.data || attempt.error) attempt.reset();
    if (connect.error) connect.reset();
  };
  const open = (createSchema: boolean) => {
    if (createSchema) onSchemaCreated();
    connect.mutate({
      name: workspaceName(form),
      connection: connectionInput(form),
      createSchema,
      rememberPassword: form.rememberPassword,
    });
  };
  const submit = () => {
    setTried(true);
    if (Object.keys(local).length > 0) return;
    attempt.mutate(
      { connection: connectionInput(form) },
      {
        onSuccess: (result) => {
          // A schema that is there needs no question.
          if (result.ok && result.schemaExists) open(false);
        },
      },
    );
  };

  const shown = busy || report !== undefined || failure !== null;
  return (
    <Frame
      width={shown ? "split" : "narrow"}
      title="Connect to your Postgres"
      lead="Each step is tried and named before anything is changed."
    >
      <div className={classes.split}>
        <form
          className={classes.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <SegmentedControl
            aria-label="How to say where it is"
            value={form.way}
            onChange={(way) => change({ ...form, way: way === "url" ? "url" : "fields" })}
            data={[
              { value: "fields", label: "Fields" },
              { value: "url", label: "URL" },
            ]}
          />
          {form.way === "url" ? (
            <PasswordInput
              label="URL"
              description="Hidden, because it may hold the password."
              placeholder="postgres://user:password@host:5432/database"
              value={form.url}
              error={errors.url}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change({ ...form, url: event.currentTarget.value })}
            />
          ) : (
            <Fields form={form} errors={errors} change={change} />
          )}
          <TextInput
            label="Name of the workspace"
            placeholder={workspaceName(form) || "Northwind"}
            value={form.name}
            maxLength={100}
            error={errors.name}
            onChange={(event) => change({ ...form, name: event.currentTarget.value })}
          />
          <Checkbox
            label="Remember the password in the keychain of this computer"
            checked={form.rememberPassword}
            onChange={(event) => change({ ...form, rememberPassword: event.currentTarget.checked })}
          />
          <div className={classes.buttons}>
            <Button className={classes.back ?? ""} onClick={onBack}>
              Back
            </Button>
            {!asking && (
              <Button type="submit" variant="filled" loading={busy}>
                {report && !report.ok ? "Try again" : "Connect"}
              </Button>
            )}
          </div>
        </form>
        {shown && (
          <section className={classes.form} aria-label="What came of it">
            {(busy || report) && <ConnectionSteps steps={report?.steps ?? null} />}
            {failure && (failure.code !== "invalid" || Object.keys(refused).length === 0) && (
              <ErrorNote title="The connection was not made." failure={failure} />
            )}
            {asking && (
              <AskForSchema
                busy={connect.isPending}
                onCreate={() => open(true)}
                onCancel={() => attempt.reset()}
              />
            )}
          </section>
        )}
      </div>
    </Frame>
  );
}

type FieldsProps = {
  form: ConnectionForm;
  errors: ReturnType<typeof connectionErrors>;
  change: (form: ConnectionForm) => void;
};

function Fields({ form, errors, change }: FieldsProps) {
  return (
    <>
      <div className={classes.row}>
        <TextInput
          className={classes.grow ?? ""}
          label="Host"
          placeholder="db.example.com"
          value={form.host}
          error={errors.host}
          spellCheck={false}
          autoFocus
          onChange={(event) => change(withHost(form, event.currentTarget.value))}
        />
        <TextInput
          className={classes.port ?? ""}
          label="Port"
          inputMode="numeric"
          value={form.port}
          error={errors.port}
          onChange={(event) => change({ ...form, port: event.currentTarget.value })}
        />
      </div>
      <TextInput
        label="Database"
        value={form.database}
        error={errors.database}
        spellCheck={false}
        onChange={(event) => change({ ...form, database: event.currentTarget.value })}
      />
      <div className={classes.row}>
        <TextInput
          className={classes.grow ?? ""}
          label="User"
          value={form.user}
          error={errors.user}
          spellCheck={false}
          onChange={(event) => change({ ...form, user: event.currentTarget.value })}
        />
        <PasswordInput
          className={classes.grow ?? ""}
          label="Password"
          value={form.password}
          error={errors.password}
          autoComplete="off"
          onChange={(event) => change({ ...form, password: event.currentTarget.value })}
        />
      </div>
      <Select
        label="TLS"
        description={
          form.tls === "disable" ? "Only for a database on this computer or behind a tunnel." : undefined
        }
        data={[...TLS]}
        value={form.tls}
        error={errors.tls}
        onChange={(tls) => tls && change({ ...form, tls: tls as TlsMode, tlsChosen: true })}
      />
    </>
  );
}

function AskForSchema({
  busy,
  onCreate,
  onCancel,
}: {
  busy: boolean;
  onCreate: () => void;
  onCancel: () => void;
}) {
  return (
    <>
      <p>
        This database does not have Halyard's tables yet. Create the schema <code>halyard</code>? Nothing else
        in the database is changed.
      </p>
      <div className={classes.buttons}>
        <Button onClick={onCancel} disabled={busy}>
          Not now
        </Button>
        <Button variant="filled" loading={busy} onClick={onCreate} autoFocus>
          Create the schema and open
        </Button>
      </div>
    </>
  );
}
