// One audit entry beside the list: who, when, why, what changed in sentences, and the raw before and after.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { absoluteTime, CopyButton } from "@/components";
import type { AuditEntry, JsonValue } from "@/contract";
import type { Names } from "@/features/flag/model/changes";
import { plainText } from "@/features/flag/model/phrase";
import { Phrase } from "@/features/flag/Phrase";
import classes from "./EntryDetail.module.css";
import { actionWords, changesOf, entityWords } from "./model/changes";
import { lineDiff } from "./model/lines";

type Props = { entry: AuditEntry; names: Names; onClose: () => void };

export function EntryDetail({ entry, names, onClose }: Props) {
  const [raw, setRaw] = useState(false);
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  const changes = changesOf(entry, names);
  const subject = entry.entityType === "customer_source" ? "" : entry.entityKey;
  return (
    <aside
      ref={place}
      className={classes.detail}
      aria-label={`Change ${entry.seq}`}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className={classes.header}>
        <h2 className={classes.title} dir="auto">
          {entityWords(entry.entityType)} {subject && <code>{subject}</code>} {actionWords(entry, names)}
        </h2>
        <Tooltip label="Close (Esc)">
          <ActionIcon aria-label="Close the change" onClick={onClose}>
            <IconX size={16} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={classes.scroll} data-selectable>
        {entry.note && (
          <blockquote className={classes.note} dir="auto">
            {entry.note}
          </blockquote>
        )}
        <h3 className={classes.heading}>{HEADINGS[stateOf(entry)]}</h3>
        {changes.length === 0 ? (
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
          <dd dir="auto">{entry.actor}</dd>
          <dt>Database role</dt>
          <dd>
            <code>{entry.dbRole}</code>
          </dd>
          <dt>With</dt>
          <dd>{entry.client || "unknown"}</dd>
          <dt>When</dt>
          <dd className="num">{absoluteTime(new Date(entry.at))}</dd>
          <dt>Entry</dt>
          <dd className="num">{entry.seq}</dd>
        </dl>
        <div className={classes.buttons}>
          <Button onClick={() => setRaw(!raw)} aria-expanded={raw}>
            {raw ? "Hide before and after" : "Show before and after"}
          </Button>
          <Open entry={entry} />
        </div>
        {raw && <BeforeAndAfter entry={entry} />}
      </div>
    </aside>
  );
}

const HEADINGS = { made: "Made with", lost: "It was", changed: "What changed" } as const;

function stateOf({ before, after }: AuditEntry): keyof typeof HEADINGS {
  if (before === null) return "made";
  return after === null ? "lost" : "changed";
}

function Open({ entry }: { entry: AuditEntry }) {
  if (entry.after === null) return null;
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

function BeforeAndAfter({ entry: { before, after } }: { entry: AuditEntry }) {
  const lines = useMemo(() => lineDiff(jsonText(before), jsonText(after)), [before, after]);
  return (
    <div className={classes.raw}>
      <div className={classes.copies}>
        <span className="muted">As JSON: − before, + after</span>
        {before !== null && <CopyButton text={jsonText(before)} what="before" />}
        {after !== null && <CopyButton text={jsonText(after)} what="after" />}
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
