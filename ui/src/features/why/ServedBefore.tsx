// What this customer was served of this flag before, from the evaluation log.
import { Link } from "@tanstack/react-router";
import { useCommandQuery } from "@/api";
import { RelativeTime, ValueChip } from "@/components";
import type { Why } from "@/contract";
import classes from "./Card.module.css";
import { explainedMoment, isPast } from "./past";

const SHOWN = 5;

type Props = {
  why: Why;
  /** Explains the call of that moment. */
  onMoment: ((at: string) => void) | undefined;
};

export function ServedBefore({ why, onMoment }: Props) {
  const { flag, entityId, environment } = why;
  // Of the past, what led up to the moment, with the call that is explained.
  const to = isPast(why) ? new Date(explainedMoment(why).getTime() + 1).toISOString() : null;
  const { data, error } = useCommandQuery("evaluations_list", {
    filter: { flagKey: flag.key, entityId, environment, ...(to === null ? {} : { to }) },
    limit: SHOWN,
  });
  if (!data && !error) return null;
  return (
    <section className={classes.card}>
      <h2 className={classes.title}>{to === null ? "Served before" : "Served until then"}</h2>
      {error ? (
        <p className={classes.absent}>The log could not be read: {error.message}</p>
      ) : data.evaluations.length === 0 ? (
        <p className={classes.absent}>The log has no call of this flag for this customer.</p>
      ) : (
        <>
          <ul className={classes.calls}>
            {data.evaluations.map((call) => (
              <li
                key={call.id}
                className={classes.call}
                aria-current={call.at === why.past?.logged?.at || undefined}
              >
                {onMoment ? (
                  <button type="button" className={classes.moment} onClick={() => onMoment(call.at)}>
                    <span className="hidden">Why, </span>
                    <RelativeTime at={call.at} />
                  </button>
                ) : (
                  <RelativeTime at={call.at} />
                )}
                <ValueChip value={call.value} limit={18} />
                <span className={classes.version}>v{call.flagVersion}</span>
              </li>
            ))}
          </ul>
          <Link
            to="/evaluations"
            search={{ flag: flag.key, entity: entityId, environment }}
            className={classes.all}
          >
            All calls
          </Link>
        </>
      )}
    </section>
  );
}
