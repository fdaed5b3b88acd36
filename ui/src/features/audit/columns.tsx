// The columns of the timeline.
import { type Column, EnvironmentBadge, KeyText, RelativeTime, StateGlyph, useHint } from "@/components";
import { absoluteTime } from "@/components/format";
import type { AuditEntry, Environment } from "@/contract";
import type { Names } from "@/features/flag/model/changes";
import { plainText } from "@/features/flag/model/phrase";
import { Phrase } from "@/features/flag/Phrase";
import classes from "./AuditPage.module.css";
import { actionWords, changesOf, entityWords, subjectOf } from "./model/changes";
import type { Habits } from "./model/claim";
import { clockOf, dayOf } from "./model/days";
import type { EntryNames } from "./use-names";
import { Who } from "./Who";

export function auditColumns(names: EntryNames, habits: Habits): ReadonlyArray<Column<AuditEntry>> {
  return [
    { id: "time", label: "When", width: "84px", cell: ({ at }) => <When at={at} /> },
    {
      id: "actor",
      label: "Who",
      width: "minmax(130px, 1.3fr)",
      cell: (entry) => <Who entry={entry} habits={habits} />,
    },
    {
      id: "action",
      label: "Action",
      width: "minmax(130px, 0.9fr)",
      cell: (entry) => (
        <>
          {entry.action === "flag.killed" && <StateGlyph state="killed" label="" />}
          <Action entry={entry} names={names} />
        </>
      ),
    },
    {
      id: "entity",
      label: "Item",
      width: "minmax(140px, 1.4fr)",
      cell: (entry) => (
        <>
          <span className="faint">{entityWords(entry.entityType)}</span>
          {entry.entityType === "flag" ? (
            <KeyText text={entry.entityKey} />
          ) : (
            <span className={classes.text} title={subjectOf(entry)} dir="auto">
              {subjectOf(entry)}
            </span>
          )}
        </>
      ),
    },
    {
      id: "environments",
      label: "Environments",
      header: "Affects",
      width: "86px",
      cell: ({ environments }) => <Affected keys={environments} known={names.environments} />,
    },
    {
      id: "change",
      label: "Change",
      width: "minmax(100px, 2.4fr)",
      cell: (entry) => <FirstChange entry={entry} names={names} />,
    },
    {
      id: "note",
      label: "Note",
      width: "minmax(60px, 1.4fr)",
      cell: ({ note }) => (
        <span className={classes.note} title={note} dir="auto">
          {note}
        </span>
      ),
    },
  ];
}

/** Where something was switched stands beside it already. */
function Action({ entry, names }: { entry: AuditEntry; names: Names }) {
  const words = actionWords(entry, names);
  const [does, where] = entry.action === "flag.switched" ? words.split(" in ") : [words];
  return (
    <span className={classes.text} title={`${words} (${entry.action})`}>
      {does} {where !== undefined && <span className="hidden">in {where}</span>}
    </span>
  );
}

/** Today by its distance from now; under an older day, by the clock. */
function When({ at }: { at: string }) {
  const date = new Date(at);
  const hint = useHint(absoluteTime(date));
  if (dayOf(date, new Date()) === "Today") return <RelativeTime at={at} />;
  return (
    <time dateTime={at} className="num" {...hint}>
      {clockOf(date)}
    </time>
  );
}

/** More than these are counted. */
const SHOWN_ENVIRONMENTS = 3;

function Affected({ keys, known }: { keys: ReadonlyArray<string>; known: ReadonlyArray<Environment> }) {
  // In the order of every list; what is gone meanwhile comes last.
  const affected = [
    ...known.filter(({ key }) => keys.includes(key)),
    ...keys
      .filter((key) => !known.some((one) => one.key === key))
      .map((key) => ({ key, name: `${key} (deleted)`, color: "#808080" })),
  ];
  const more = affected.length - SHOWN_ENVIRONMENTS;
  return (
    <span className={classes.environments}>
      {affected.slice(0, SHOWN_ENVIRONMENTS).map((environment) => (
        <EnvironmentBadge key={environment.key} environment={environment} square />
      ))}
      {more > 0 && (
        <span className="faint" title={affected.map(({ name }) => name).join(", ")}>
          +{more}
        </span>
      )}
    </span>
  );
}

const SAID_BY_ACTION: ReadonlySet<string> = new Set([
  "flag.killed",
  "flag.restored",
  "flag.switched",
  "flag.archived",
  "flag.unarchived",
]);

/** The row has room for one sentence. */
function FirstChange({ entry, names }: { entry: AuditEntry; names: Names }) {
  if (SAID_BY_ACTION.has(entry.action)) return null;
  const [first, ...more] = changesOf(entry, names);
  if (!first) return null;
  return (
    <span className={classes.change} title={[first, ...more].map(plainText).join("\n")} dir="auto">
      <Phrase of={first} />
      {more.length > 0 && <span className="faint">{` and ${more.length} more`}</span>}
    </span>
  );
}
