// What this customer was served of this flag before, from the evaluation log.
import { Link } from "@tanstack/react-router";
import { useCommandQuery } from "@/api";
import { RelativeTime, ValueChip } from "@/components";
import type { Why } from "@/contract";
import classes from "./Card.module.css";

const SHOWN = 5;

export function ServedBefore({ why }: { why: Why }) {
  const { flag, entityId, environment } = why;
  const { data, error } = useCommandQuery("evaluations_list", {
    flagKey: flag.key,
    entityId,
    environment,
    limit: SHOWN,
  });
  if (!data && !error) return null;
  return (
    <section className={classes.card}>
      <h2 className={classes.title}>Served before</h2>
      {error ? (
        <p className={classes.absent}>The log could not be read: {error.message}</p>
      ) : data.evaluations.length === 0 ? (
        <p className={classes.absent}>No call for this customer is in the log.</p>
      ) : (
        <>
          <ul className={classes.calls}>
            {data.evaluations.map((call) => (
              <li key={call.id} className={classes.call}>
                <RelativeTime at={call.at} />
                <ValueChip value={call.value} limit={18} />
                <span className={classes.version}>v{call.flagVersion}</span>
              </li>
            ))}
          </ul>
          <Link to="/evaluations" search={{ flag: flag.key, entity: entityId }} className={classes.all}>
            All calls
          </Link>
        </>
      )}
    </section>
  );
}
