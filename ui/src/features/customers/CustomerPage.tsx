// One customer: the row, the audiences they are in, what every flag serves them and why, and what was served. An id
// that is not in the table has a page as well: flags serve it values all the same.
import { Button, SegmentedControl } from "@mantine/core";
import { IconHelpCircle, IconUserQuestion } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useCommandQuery } from "@/api";
import { useActions } from "@/app/actions";
import { useEnvironment } from "@/app/environment";
import { useKept } from "@/app/kept";
import { useEntryGate } from "@/app/rights";
import { CopyButton, copyText, EmptyState, ErrorNote, MenuButton, SkeletonRows, useNow } from "@/components";
import type { CustomerProfile, Environment } from "@/contract";
import { AudiencesCard } from "./AudiencesCard";
import { ChooseTable } from "./ChooseTable";
import classes from "./CustomerPage.module.css";
import { EraseCustomer } from "./EraseCustomer";
import { LastEvaluations } from "./LastEvaluations";
import { RowCard } from "./RowCard";
import { ServedFlags } from "./ServedFlags";

export function CustomerPage() {
  const { entity = "" } = useSearch({ from: "/customers/customer" });
  const { current } = useEnvironment();
  const profile = useCommandQuery(
    "customer_profile",
    { entityId: entity, environment: current?.key ?? "" },
    { enabled: entity !== "" && current !== undefined, staleTime: 0 },
  );
  if (entity === "") {
    return (
      <EmptyState
        title="Whose page?"
        icon={<IconUserQuestion size={28} stroke={1.5} />}
        actions={
          <Button component={Link} to="/customers">
            Show all customers
          </Button>
        }
      >
        The address of a customer's page names their id, and this one names none.
      </EmptyState>
    );
  }
  return (
    <div className={classes.page}>
      <Head entity={entity} profile={profile.data} />
      {profile.error && (
        <div className={classes.note}>
          {profile.error.code === "not_found" ? (
            <EmptyState title="Choose where your customers live" actions={<ChooseTable />}>
              Without the table Halyard cannot say which audiences anybody is in.
            </EmptyState>
          ) : (
            <ErrorNote
              title="The customer could not be read."
              failure={profile.error}
              onRetry={() => void profile.refetch()}
            />
          )}
        </div>
      )}
      {!profile.data && !profile.error && <SkeletonRows rows={12} label="Loading the customer" />}
      {profile.data && current && <Profile profile={profile.data} environment={current} />}
    </div>
  );
}

function Head({ entity, profile }: { entity: string; profile: CustomerProfile | undefined }) {
  const navigate = useNavigate();
  const eraseGate = useEntryGate("erase");
  const [erasing, setErasing] = useState(false);
  const { name, email } = profile?.customer ?? { name: null, email: null };
  useActions([
    { id: "copy-customer-id", label: "Copy the customer's id", run: () => void copyText(entity) },
    {
      id: "erase-customer",
      label: "Erase the customer from the evaluation log…",
      keywords: "delete forget gdpr privacy",
      disabled: eraseGate.disabled === true,
      run: () => setErasing(true),
    },
  ]);
  return (
    <header className={classes.head}>
      <Link to="/customers" className={classes.back}>
        Customers
      </Link>
      <h1 className={classes.title} title={name ?? entity} dir="auto">
        {name ?? entity}
      </h1>
      {name !== null && (
        <code className={classes.id} title={entity}>
          {entity}
        </code>
      )}
      <CopyButton text={entity} what="the id" />
      {email !== null && (
        <>
          <span className={classes.email} title={email}>
            {email}
          </span>
          <CopyButton text={email} what="the e-mail address" />
        </>
      )}
      <span className={classes.space} />
      <Button
        leftSection={<IconHelpCircle size={16} stroke={1.75} />}
        onClick={() => void navigate({ to: "/why", search: { entity } })}
      >
        Why…
      </Button>
      <MenuButton
        label="Actions for the customer"
        entries={[{ label: "Erase from the evaluation log…", ...eraseGate, run: () => setErasing(true) }]}
      />
      {erasing && <EraseCustomer entityId={entity} onClose={() => setErasing(false)} />}
    </header>
  );
}

function Profile({ profile, environment }: { profile: CustomerProfile; environment: Environment }) {
  const { entityId, customer, audiences, flags } = profile;
  const [shown, setShown] = useKept<string>("customer.tab", "flags");
  const list = useCommandQuery("flags_list", { archived: false }).data?.flags;
  const names = useMemo(() => new Map(list?.map(({ id, name }) => [id, name])), [list]);
  const source = useCommandQuery("customer_source_get", {}).data?.source?.customers;
  const table = source ? `${source.schema}.${source.table}` : "the customers table";
  const now = new Date(useNow());
  return (
    <div className={classes.body}>
      <div className={classes.aside}>
        {customer ? (
          <RowCard fields={customer.fields} table={table} now={now} />
        ) : (
          <section className={classes.card} aria-label="Row">
            <h2 className={classes.cardTitle}>Not in {table}</h2>
            <p className={classes.quiet}>
              No row has this id, so it is in no audience. It still has a bucket in every flag, so percentages
              serve it. Impact does not count it.
            </p>
          </section>
        )}
        <AudiencesCard audiences={audiences} />
      </div>
      <div className={classes.main}>
        <SegmentedControl
          className={classes.tabs ?? ""}
          aria-label="Show"
          value={shown}
          onChange={setShown}
          data={[
            { value: "flags", label: `Flags in ${environment.name}` },
            { value: "evaluations", label: "Last evaluations" },
          ]}
        />
        {shown === "evaluations" ? (
          <LastEvaluations entity={entityId} environment={environment} />
        ) : (
          <ServedFlags entity={entityId} flags={flags} names={names} environment={environment} />
        )}
      </div>
    </div>
  );
}
