// Every version of a flag, the newest first: who, when, why, and what changed; view one, or revert to it.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import { ConfirmDialog, ErrorNote, RelativeTime, SkeletonRows } from "@/components";
import type { Flag, FlagVersion } from "@/contract";
import { changeSentences, type Names } from "../model/changes";
import { plainText } from "../model/phrase";
import { Phrase } from "../Phrase";
import classes from "./History.module.css";
import { VersionView } from "./VersionView";

const PAGE = 50;
/** The most that can be asked for at once. */
const MOST = 200;

type Props = { flag: Flag; names: Names };

export function History({ flag, names }: Props) {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, refetch } = useCommandQuery(
    "flag_versions",
    // One more than is shown, so that the oldest shown knows what it changed.
    { flag: flag.id, before: null, limit: Math.min(limit + 1, MOST) },
    { keepPrevious: true },
  );
  const [viewed, setViewed] = useState<number | null>(null);
  const [reverting, setReverting] = useState<FlagVersion | null>(null);
  const revert = useCommandMutation("flag_revert");

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
                      onClick={() => {
                        revert.reset();
                        setReverting(version);
                      }}
                    >
                      Revert to this
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
        <ConfirmDialog
          title={`Revert ${flag.key} to v${reverting.version}`}
          confirmLabel={`Make v${reverting.version} the newest`}
          note="optional"
          busy={revert.isPending}
          failure={revert.error}
          failureTitle="Nothing was reverted."
          onCancel={() => setReverting(null)}
          onConfirm={(note) =>
            revert.mutate(
              { flag: flag.id, version: reverting.version, ...(note === "" ? {} : { note }) },
              {
                onSuccess: ({ version }) => {
                  setReverting(null);
                  announce({ text: `Reverted to v${reverting.version}; saved as v${version}.` });
                },
              },
            )
          }
        >
          <p>It becomes a new version with this:</p>
          <Sentences from={flag} to={kept(flag, reverting.flag)} names={names} />
        </ConfirmDialog>
      )}
    </>
  );
}

/** Reverting brings everything back but kill and archive, which only restore and unarchive undo. */
function kept(now: Flag, then: Flag): Flag {
  return { ...then, isActive: now.isActive, archivedAt: now.archivedAt };
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
  return <Sentences from={previous.flag} to={version.flag} names={names} />;
}

function Sentences({ from, to, names }: { from: Flag; to: Flag; names: Names }) {
  const sentences = changeSentences(from, to, names);
  if (sentences.length === 0) return <p className={classes.summary}>No change to the flag itself</p>;
  return (
    <ul className={classes.sentences}>
      {sentences.map((sentence) => (
        <li key={plainText(sentence)}>
          <Phrase of={sentence} />
        </li>
      ))}
    </ul>
  );
}
