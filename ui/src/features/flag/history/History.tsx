// Every version of a flag, the newest first: who, when, why, and what changed; view one, or revert to it.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import { useGate } from "@/app/rights";
import { ErrorNote, RelativeTime, SkeletonRows } from "@/components";
import type { Environment, Flag, FlagVersion } from "@/contract";
import type { Names } from "../model/changes";
import { Changes } from "./Changes";
import classes from "./History.module.css";
import { RevertDialog } from "./RevertDialog";
import { VersionView } from "./VersionView";

const PAGE = 50;
/** The most that can be asked for at once. */
const MOST = 200;

type Props = { flag: Flag; names: Names; environments: ReadonlyArray<Environment> };

export function History({ flag, names, environments }: Props) {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, refetch } = useCommandQuery(
    "flag_versions",
    // One more than is shown, so that the oldest shown knows what it changed.
    { flag: flag.id, before: null, limit: Math.min(limit + 1, MOST) },
    { keepPrevious: true },
  );
  const [viewed, setViewed] = useState<number | null>(null);
  const [reverting, setReverting] = useState<FlagVersion | null>(null);
  const gate = useGate("editFlags");

  if (error && !data) {
    return (
      <ErrorNote title="The history could not be loaded." failure={error} onRetry={() => void refetch()} />
    );
  }
  if (!data) return <SkeletonRows label="Loading the history" />;
  return (
    <>
      <ol className={classes.versions} aria-label="Versions">
        {data.slice(0, limit).map((version, index) => {
          const previous = data[index + 1];
          const newest = version.version === flag.version;
          const open = viewed === version.version;
          return (
            <li key={version.version} className={classes.version}>
              <div className={classes.head}>
                <span className={classes.number}>v{version.version}</span>
                <span className={classes.who}>{version.actor || "unknown"}</span>
                <span className={classes.when}>
                  {version.action === "flag.reverted" && "reverted to an earlier version "}
                  <RelativeTime at={version.at} focusable />
                </span>
                <span className={classes.buttons}>
                  <Button
                    variant="subtle"
                    aria-expanded={open}
                    aria-label={`View version ${version.version}`}
                    onClick={() => setViewed(open ? null : version.version)}
                  >
                    {open ? "Close" : "View"}
                  </Button>
                  {newest ? (
                    <span className={classes.current}>current</span>
                  ) : (
                    <Button
                      variant="subtle"
                      disabled={flag.archivedAt !== null}
                      aria-label={`Revert to version ${version.version}`}
                      onClick={() => setReverting(version)}
                      {...gate}
                    >
                      Revert to this…
                    </Button>
                  )}
                </span>
              </div>
              <Summary version={version} previous={previous} names={names} />
              {version.note !== "" && <p className={classes.note}>“{version.note}”</p>}
              {open && <VersionView flag={version.flag} names={names} />}
            </li>
          );
        })}
      </ol>
      {data.length > limit && limit < MOST - 1 && (
        <Button onClick={() => setLimit(Math.min(limit + PAGE, MOST - 1))}>Show older versions</Button>
      )}
      {reverting && (
        <RevertDialog
          flag={flag}
          version={reverting}
          names={names}
          environments={environments}
          onClose={() => setReverting(null)}
          onDone={(text) => {
            setReverting(null);
            announce({ text });
          }}
        />
      )}
    </>
  );
}

function Summary({
  version,
  previous,
  names,
}: {
  version: FlagVersion;
  previous: FlagVersion | undefined;
  names: Names;
}) {
  if (version.version === 1) return <p className={classes.summary}>Created</p>;
  if (!previous) return null;
  return <Changes from={previous.flag} to={version.flag} names={names} />;
}
