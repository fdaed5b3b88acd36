// The evaluation log: for how long it is kept, how large it is, and erasing a customer from it.
import { Button, NumberInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import { useGate } from "@/app/rights";
import { ErrorNote, formatCount, formatCounted, SkeletonRows, StateGlyph, useNow } from "@/components";
import type { LogDay, LogStorage } from "@/contract";
import { EraseCustomer } from "@/features/customers/EraseCustomer";
import { CustomerPicker } from "@/features/why/CustomerPicker";
import { Section } from "../Section";
import classes from "./LogSection.module.css";
import { dayName, droppedBy, formatBytes, madeAheadTo, retentionProblem } from "./sizes";

export function LogSection() {
  const storage = useCommandQuery("log_storage", {}, { staleTime: 0 });
  return (
    <>
      <Section
        title="Evaluation log"
        lead="Each call of your apps is a row, kept by day. Whole days are dropped once they are too old."
      >
        {storage.error && !storage.data && (
          <ErrorNote
            tried="reading"
            title="The size of the log could not be read."
            failure={storage.error}
            onRetry={() => void storage.refetch()}
          />
        )}
        {storage.isPending && <SkeletonRows rows={4} label="Measuring the log" />}
        {storage.data && <Retention storage={storage.data} />}
        {storage.data && <Sizes storage={storage.data} />}
      </Section>
      <Section
        title="Erase a customer"
        lead="Removes every logged evaluation of one customer, for good. The audit trail says that somebody was erased, not who."
      >
        <Erase />
      </Section>
    </>
  );
}

function Retention({ storage }: { storage: LogStorage }) {
  const { retentionDays: days } = storage;
  const now = useNow();
  const gate = useGate("editSettings");
  const [text, setText] = useState<string | number>(days);
  const save = useCommandMutation("settings_set");
  const problem = retentionProblem(text);
  const edited = Number(text) !== days || text === "";
  const dropped = problem === null && Number(text) < days ? droppedBy(Number(text), storage.days, now) : null;
  return (
    <form
      className={classes.retention}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!edited || problem !== null) return;
        const retentionDays = Number(text);
        save.mutate(
          { settings: { retentionDays } },
          {
            onSuccess: () =>
              announce({ text: `The log is kept for ${formatCounted(retentionDays, "day")}.` }),
          },
        );
      }}
    >
      <NumberInput
        label="Keep evaluations for"
        suffix={Number(text) === 1 ? " day" : " days"}
        className={classes.days ?? ""}
        value={text}
        onChange={setText}
        min={1}
        max={3_650}
        clampBehavior="none"
        hideControls
        allowDecimal={false}
        allowNegative={false}
        error={edited ? problem : null}
      />
      {edited && (
        <Button type="submit" variant="filled" loading={save.isPending} {...gate}>
          Save
        </Button>
      )}
      {dropped !== null && (
        <p className={classes.warning} data-quiet={dropped.length === 0} role="status">
          {dropped.length === 0 ? (
            "The log is not that old yet: nothing is dropped now."
          ) : (
            <>
              <StateGlyph state="warning" label="" /> Drops {formatCounted(dropped.length, "day")} within the
              hour
              {": "}
              {lossWords(dropped)}. They cannot be brought back.
            </>
          )}
        </p>
      )}
      {save.error && <ErrorNote title="The setting was not saved." failure={save.error} />}
    </form>
  );
}

/** "about 1,204,000 calls, 96.3 MB" */
function lossWords(days: ReadonlyArray<LogDay>): string {
  const sum = (of: (day: LogDay) => number) => days.reduce((all, day) => all + of(day), 0);
  return `about ${formatCounted(
    sum((day) => day.calls),
    "call",
  )}, ${formatBytes(sum((day) => day.bytes))}`;
}

function Sizes({ storage }: { storage: LogStorage }) {
  const { bytes, calls, countsBytes, oldest, overdue, days } = storage;
  const now = useNow();
  const ahead = madeAheadTo(days, now);
  const past = days.filter(({ day }) => Date.parse(day) <= now);
  const most = Math.max(...past.map((day) => day.bytes), 1);
  return (
    <>
      <dl className={classes.facts}>
        <dt>On disk</dt>
        <dd>
          {formatBytes(bytes)}
          {calls > 0 && <span className="faint"> · {formatBytes(bytes / calls)} a call</span>}
        </dd>
        <dt>Calls</dt>
        <dd>{calls === 0 ? "not counted by the database yet" : `about ${formatCount(calls)}`}</dd>
        <dt>Counts for charts</dt>
        <dd>{formatBytes(countsBytes)}</dd>
        <dt>Oldest day</dt>
        <dd>{oldest === null ? "none yet" : dayName(oldest)}</dd>
        <dt>Made ahead</dt>
        <dd>{ahead === null ? <Behind /> : `until ${dayName(ahead)}`}</dd>
      </dl>
      {overdue > 0 && (
        <p className={classes.warning}>
          <StateGlyph state="warning" label="" /> {formatCounted(overdue, "day")} past that will be dropped as
          soon as nobody reads {overdue === 1 ? "it" : "them"}.
        </p>
      )}
      {past.length > 0 && (
        <details className={classes.byDay}>
          <summary>By day</summary>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Day (UTC)</th>
                <th scope="col" data-align="end">
                  Calls, about
                </th>
                <th scope="col" data-align="end">
                  Size
                </th>
                <td className={classes.sizes} aria-hidden />
              </tr>
            </thead>
            <tbody>
              {past.map((day) => (
                <tr key={day.day}>
                  <td>{dayName(day.day)}</td>
                  <td data-align="end">{formatCount(day.calls)}</td>
                  <td data-align="end">{formatBytes(day.bytes)}</td>
                  <td aria-hidden>
                    <span className={classes.size} style={{ width: `${(day.bytes / most) * 100}%` }} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}

/** Days are made a week ahead: with none left, calls of tomorrow would have nowhere to go. */
function Behind() {
  return (
    <span className={classes.behind}>
      <StateGlyph state="warning" label="" /> no day yet: keep the app open, or start a server, before
      tomorrow
    </span>
  );
}

function Erase() {
  const gate = useGate("erase");
  const [entityId, setEntityId] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  return (
    <div className={classes.erase}>
      <CustomerPicker entityId={entityId} onChange={setEntityId} autoFocus={false} />
      <Button disabled={entityId === null} onClick={() => setAsking(true)} {...gate}>
        Erase…
      </Button>
      {asking && entityId !== null && (
        <EraseCustomer
          entityId={entityId}
          onClose={() => {
            setAsking(false);
            setEntityId(null);
          }}
        />
      )}
    </div>
  );
}
