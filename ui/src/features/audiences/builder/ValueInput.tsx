// What is typed for a test, by the kind of value that its operator takes.
import "@mantine/dates/styles.layer.css";
import { Autocomplete, NumberInput, TagsInput, TextInput } from "@mantine/core";
import { DateInput, DateTimePicker } from "@mantine/dates";
import type { ReactNode } from "react";
import type { JsonValue } from "@/contract";
import type { ValueKind } from "../model/operators";
import { dayText, momentForPicker, momentFromPicker, tagsToValues } from "../model/typed";
import classes from "./ValueInput.module.css";

type Props = {
  kind: ValueKind;
  /** As in "condition 2". */
  what: string;
  value: JsonValue;
  /** Values to offer while typing: those of an enum. */
  known: ReadonlyArray<string>;
  /** What is wrong with it. */
  problem: string | undefined;
  onChange: (value: JsonValue) => void;
};

/** More values than this would make typing slow; the backend takes no more either. */
const MAXIMUM_TAGS = 1_000;
/** What separates values in a pasted list. */
const SEPARATORS = [",", ";", "\n", "\t"];

export function ValueInput(props: Props) {
  const { kind, what, value, known, problem, onChange } = props;
  const named: Named = { "aria-label": `Value of ${what}`, error: problem ?? false };
  const end = (index: 0 | 1) => (Array.isArray(value) ? (value[index] ?? null) : null);
  const setEnd = (index: 0 | 1, next: JsonValue) => onChange(index === 0 ? [next, end(1)] : [end(0), next]);
  const namedEnd = (index: 0 | 1): Named => ({
    // The sentence once, the mark on both.
    error: index === 0 ? (problem ?? false) : problem !== undefined,
    "aria-label": `${index === 0 ? "From" : "To"}, value of ${what}`,
  });

  switch (kind) {
    case "nothing":
      return <span />;
    case "text":
      return known.length > 0 ? (
        <Autocomplete
          {...named}
          placeholder="Value"
          data={[...known]}
          value={textOf(value)}
          onChange={onChange}
        />
      ) : (
        <TextInput
          {...named}
          placeholder="Value"
          value={textOf(value)}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "number":
      return <NumberField named={named} value={value} onChange={onChange} />;
    case "days":
      return (
        <span className={classes.days}>
          <NumberField named={named} value={value} onChange={onChange} whole />
          <span>{value === 1 ? "day" : "days"}</span>
        </span>
      );
    case "number_range":
      return (
        <Range
          from={<NumberField named={namedEnd(0)} value={end(0)} onChange={(next) => setEnd(0, next)} />}
          to={<NumberField named={namedEnd(1)} value={end(1)} onChange={(next) => setEnd(1, next)} />}
        />
      );
    case "day":
      return <DayField named={named} value={value} onChange={onChange} />;
    case "day_range":
      return (
        <Range
          from={<DayField named={namedEnd(0)} value={end(0)} onChange={(next) => setEnd(0, next)} />}
          to={<DayField named={namedEnd(1)} value={end(1)} onChange={(next) => setEnd(1, next)} />}
        />
      );
    case "moment":
      return <MomentField named={named} value={value} onChange={onChange} />;
    case "moment_range":
      return (
        <Range
          from={<MomentField named={namedEnd(0)} value={end(0)} onChange={(next) => setEnd(0, next)} />}
          to={<MomentField named={namedEnd(1)} value={end(1)} onChange={(next) => setEnd(1, next)} />}
        />
      );
    case "texts":
    case "numbers": {
      const tags = Array.isArray(value) ? value.map(textOf) : [];
      return (
        <TagsInput
          {...named}
          classNames={{
            input: classes.tags ?? "",
            pill: classes.tag ?? "",
            inputField: classes.tagField ?? "",
          }}
          placeholder={tags.length === 0 ? "Type or paste a list…" : ""}
          data={[...known]}
          value={tags}
          maxTags={MAXIMUM_TAGS}
          splitChars={SEPARATORS}
          acceptValueOnBlur
          onChange={(next) => onChange(tagsToValues(next, kind))}
        />
      );
    }
  }
}

function Range({ from, to }: { from: ReactNode; to: ReactNode }) {
  return (
    <span className={classes.range}>
      <span className={classes.end}>{from}</span>
      <span>and</span>
      <span className={classes.end}>{to}</span>
    </span>
  );
}

type Named = { "aria-label": string; error: string | boolean };

type Field = {
  named: Named;
  value: JsonValue;
  onChange: (value: JsonValue) => void;
};

function NumberField({ named, value, onChange, whole = false }: Field & { whole?: boolean }) {
  return (
    <NumberInput
      {...named}
      placeholder={whole ? "Days" : "Number"}
      hideControls
      allowDecimal={!whole}
      allowNegative={!whole}
      value={typeof value === "number" || typeof value === "string" ? value : ""}
      onChange={(next) => onChange(next === "" ? null : next)}
    />
  );
}

function DayField({ named, value, onChange }: Field) {
  return (
    <DateInput
      {...named}
      placeholder="YYYY-MM-DD"
      weekendDays={[]}
      valueFormat="YYYY-MM-DD"
      clearable
      clearButtonProps={{ "aria-label": "Clear the date" }}
      popoverProps={{ withinPortal: true }}
      value={dayText(value)}
      onChange={onChange}
    />
  );
}

function MomentField({ named, value, onChange }: Field) {
  return (
    <DateTimePicker
      {...named}
      placeholder="Date, UTC"
      weekendDays={[]}
      classNames={{ input: classes.moment ?? "" }}
      valueFormat="YYYY-MM-DD HH:mm [UTC]"
      clearable
      clearButtonProps={{ "aria-label": "Clear the date" }}
      timePickerProps={{ "aria-label": "Time, UTC" }}
      submitButtonProps={{ "aria-label": "Use this date and time" }}
      value={momentForPicker(value)}
      onChange={(next) => onChange(momentFromPicker(next))}
    />
  );
}

function textOf(value: JsonValue): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
