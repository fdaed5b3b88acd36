// Every version of an audience, the newest first: who, when, why, and what changed; read one, or revert to it once its
// impact is shown.
import { Button, Drawer } from "@mantine/core";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { useGate } from "@/app/rights";
import { ErrorNote, RelativeTime, SkeletonRows } from "@/components";
import type { Audience, AudienceVersion } from "@/contract";
import { Phrase } from "@/features/flag/Phrase";
import { Changes } from "./Changes";
import classes from "./HistoryDrawer.module.css";
import { RevertDialog } from "./RevertDialog";
import { conditionPhrase, sameContent } from "./version-changes";

const PAGE = 50;
/** The most that can be asked for at once. */
const MOST = 200;

type Props = { audience: Audience; onClose: () => void };

export function HistoryDrawer({ audience, onClose }: Props) {
  const [limit, setLimit] = useState(PAGE);
  const [reverting, setReverting] = useState<AudienceVersion | null>(null);
  const { data, error, refetch } = useCommandQuery(
    "audience_versions",
    // One more than is shown, so that the oldest shown knows what it changed.
    { id: audience.id, limit: Math.min(limit + 1, MOST) },
    { keepPrevious: true },
  );
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={`History of ${audience.name}`}
      size={720}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {error && !data && (
        <ErrorNote title="The history could not be loaded." failure={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <SkeletonRows label="Loading the history" />}
      {data && (
        <ol className={classes.versions} aria-label="Versions">
          {data.slice(0, limit).map((version, index) => (
            <Version
              key={version.version}
              version={version}
              older={data.slice(index + 1)}
              current={version.version === audience.version}
              onRevert={() => setReverting(version)}
            />
          ))}
        </ol>
      )}
      {data && data.length > limit && limit < MOST - 1 && (
        <Button onClick={() => setLimit(Math.min(limit + PAGE, MOST - 1))}>Show older versions</Button>
      )}
      {reverting && (
        <RevertDialog
          audience={audience}
          version={reverting}
          onCancel={() => setReverting(null)}
          onReverted={() => setReverting(null)}
        />
      )}
    </Drawer>
  );
}

type VersionProps = {
  version: AudienceVersion;
  /** Those before it, as far as they are loaded. */
  older: ReadonlyArray<AudienceVersion>;
  current: boolean;
  onRevert: () => void;
};

function Version({ version, older, current, onRevert }: VersionProps) {
  const [open, setOpen] = useState(false);
  const gate = useGate("editAudiences");
  const [previous] = older;
  // A revert is a change like any other; that it went back shows in what came of it.
  const backTo = previous && older.slice(1).find((one) => sameContent(one, version));
  return (
    <li className={classes.version} aria-label={`Version ${version.version}`}>
      <div className={classes.head}>
        <span className={classes.number}>v{version.version}</span>
        <span className={classes.who} dir="auto">
          {version.actor || "unknown"}
        </span>
        <span className="muted">
          <RelativeTime at={version.at} focusable />
        </span>
        {backTo && <span className={classes.back}>back to v{backTo.version}</span>}
        <span className={classes.buttons}>
          <Button
            variant="subtle"
            aria-expanded={open}
            aria-label={`View version ${version.version}`}
            onClick={() => setOpen(!open)}
          >
            {open ? "Close" : "View"}
          </Button>
          {current ? (
            <span className={classes.current}>current</span>
          ) : (
            <Button
              variant="subtle"
              aria-label={`Revert to version ${version.version}`}
              onClick={onRevert}
              {...gate}
            >
              Revert to this
            </Button>
          )}
        </span>
      </div>
      {version.version === 1 && <p className="muted">Created</p>}
      {previous && <Changes from={previous} to={version} />}
      {version.note !== "" && (
        <p className={classes.note} dir="auto">
          “{version.note}”
        </p>
      )}
      {open && (
        <div className={classes.view} data-selectable>
          <strong dir="auto">{version.name}</strong>
          {version.description !== "" && <p dir="auto">{version.description}</p>}
          <p>
            <Phrase of={conditionPhrase(version.condition)} />
          </p>
        </div>
      )}
    </li>
  );
}
