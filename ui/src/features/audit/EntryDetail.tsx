// One audit entry beside the list: who, when, why, what changed in sentences, and the raw before and after.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { absoluteTime, CopyButton, DetailPanel, EnvironmentBadge, StateGlyph } from "@/components";
import type { AuditEntry, JsonValue } from "@/contract";
import { plainText } from "@/features/flag/model/phrase";
import { Phrase } from "@/features/flag/Phrase";
import classes from "./EntryDetail.module.css";
import { actionWords, changesOf, entityWords, subjectOf } from "./model/changes";
import { claimOf, type Habits } from "./model/claim";
import { lineDiff } from "./model/lines";
import type { EntryNames } from "./use-names";

type Props = {
  entry: AuditEntry;
  names: EntryNames;
  habits: Habits;
  /** Shows another entry instead. */
  onOpen: (seq: number) => void;
  onClose: () => void;
};

export function EntryDetail({ entry, names, habits, onOpen, onClose }: Props) {
  const [raw, setRaw] = useState(false);
  const changes = changesOf(entry, names);
  const subject = subjectOf(entry);
  const claim = claimOf(entry, habits);
  const affected = names.environments.filter(({ key }) => entry.environments.includes(key));
  const noted = notedSeq(entry);
  return (
    <DetailPanel
      label={`Change ${entry.seq}`}
      of="entry"
      title={
        <>
          {entityWords(entry.entityType)} {subject && <code>{subject}</code>} {actionWords(entry, names)}
        </>
      }
      titleClassName={classes.title}
      close={
        <Tooltip label="Close (Esc)">
          <ActionIcon aria-label="Close the change" onClick={onClose}>
            <IconX size={16} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      }
      onClose={onClose}
    >
      {entry.note && (
        <blockquote className={classes.note} dir="auto">
          {entry.note}
        </blockquote>
      )}
      {affected.length > 0 && (
        <p className={classes.affected}>
          <span className="muted">Affects</span>
          {affected.map((environment) => (
            <EnvironmentBadge key={environment.key} environment={environment} />
          ))}
        </p>
      )}
      <h3 className={classes.heading}>{headingOf(entry)}</h3>
      {noted !== null ? (
        <p className={classes.noted}>
          The note above says why entry{" "}
          <button type="button" className={classes.link} onClick={() => onOpen(noted)}>
            {noted}
          </button>{" "}
          was made.
        </p>
      ) : changes.length === 0 ? (
        <p className="muted">Nothing but its version.</p>
      ) : (
        <ul className={classes.changes} aria-label="Changes">
          {changes.map((change) => (
            <li key={plainText(change)} dir="auto">
              <Phrase of={change} />
            </li>
          ))}
        </ul>
      )}
      <dl className={classes.facts}>
        <dt>Who</dt>
        <dd dir="auto">
          {claim.kind === "direct" ? "nobody was named" : `${entry.actor}, so the program said`}
        </dd>
        <dt>Database role</dt>
        <dd>
          <code>{entry.dbRole}</code>
        </dd>
        {claim.kind === "odd" && (
          <>
            <dt>
              <StateGlyph state="warning" label="Name and role do not fit" />
            </dt>
            <dd>{claim.because}</dd>
          </>
        )}
        <dt>With</dt>
        <dd>{entry.client || "unknown"}</dd>
        <dt>When</dt>
        <dd className="num">{absoluteTime(new Date(entry.at))}</dd>
        <dt>Entry</dt>
        <dd className="num">
          {entry.seq} <CopyButton text={entryLink(entry.seq)} what="link to this entry" />
        </dd>
        <dt>Hash</dt>
        <dd className={classes.hash}>
          <code>{entry.hash}</code>
          <CopyButton text={entry.hash} what="hash" />
        </dd>
      </dl>
      <div className={classes.buttons}>
        <Button onClick={() => setRaw(!raw)} aria-expanded={raw}>
          {raw ? "Hide before and after" : "Show before and after"}
        </Button>
        <Open entry={entry} />
      </div>
      {raw && <BeforeAndAfter entry={entry} />}
    </DetailPanel>
  );
}

function headingOf({ action, before, after }: AuditEntry): string {
  if (action === "change.noted") return "Explained afterwards";
  if (before === null) return action.endsWith(".created") ? "Made with" : "What was done";
  return after === null ? "It was" : "What changed";
}

/** The entry that a note given afterwards is about. */
function notedSeq({ action, after }: AuditEntry): number | null {
  if (action !== "change.noted" || after === null || typeof after !== "object" || Array.isArray(after))
    return null;
  return typeof after.seq === "number" ? after.seq : null;
}

/** Opens the app at the entry. */
function entryLink(seq: number): string {
  return `halyard://audit?entry=${seq}`;
}

function Open({ entry }: { entry: AuditEntry }) {
  if (entry.after === null && entry.action.endsWith(".deleted")) return null;
  if (entry.entityType === "flag") {
    return (
      <Link to="/flags/$key" params={{ key: entry.entityKey }} className={classes.open ?? ""}>
        Open the flag
      </Link>
    );
  }
  if (entry.entityType === "audience") {
    return (
      <Link to="/audiences/$id" params={{ id: entry.entityId }} className={classes.open ?? ""}>
        Open the audience
      </Link>
    );
  }
  return null;
}

const SIGNS = { same: " ", removed: "−", added: "+" } as const;
const SAID = { same: "", removed: "removed: ", added: "added: " } as const;

function BeforeAndAfter({ entry }: { entry: AuditEntry }) {
  const { before, after } = entry;
  const lines = useMemo(() => lineDiff(jsonText(before), jsonText(after)), [before, after]);
  return (
    <div className={classes.raw}>
      <div className={classes.copies}>
        <span className="muted">As JSON: − before, + after</span>
        {before !== null && <CopyButton text={jsonText(before)} what="before" />}
        {after !== null && <CopyButton text={jsonText(after)} what="after" />}
        <CopyButton text={JSON.stringify(entry, null, 2)} what="the whole entry" />
      </div>
      <pre className={classes.lines}>
        {lines.map(({ kind, text }, index) => (
          <span key={index} className={classes.line} data-kind={kind}>
            <span aria-hidden>{SIGNS[kind]} </span>
            <span className="hidden">{SAID[kind]}</span>
            {text}
            {"\n"}
          </span>
        ))}
      </pre>
    </div>
  );
}

function jsonText(value: JsonValue): string {
  return value === null ? "" : JSON.stringify(value, null, 2);
}
