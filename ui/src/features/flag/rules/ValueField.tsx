// A flag value in the editor of its type: true or false, a number, a text of any length, or JSON.
import { Popover, Select } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { lazy, Suspense, useId, useState } from "react";
import { ValueChip } from "@/components";
import type { FlagType, JsonValue } from "@/contract";
import { editorText, parseValue } from "../model/value";
import classes from "./ValueField.module.css";

const JsonEditor = lazy(() => import("./JsonEditor").then((module) => ({ default: module.JsonEditor })));

/** A text longer than this, or with line breaks, is edited in a larger box. */
const ONE_LINE = 28;

type Props = {
  type: FlagType;
  value: JsonValue;
  /** What was typed and does not parse; null when the value says it. */
  text: string | null;
  error: string | undefined;
  /** As in "Value of rule 2". */
  label: string;
  /** Position among the flag's values, for its colour; null for one that was never saved or counted. */
  variation: number | null;
  disabled: boolean;
  onChange: (value: JsonValue) => void;
  onText: (text: string | null) => void;
};

export function ValueField(props: Props) {
  const { type, value, text, label, error, variation, disabled, onChange, onText } = props;
  const parsed = text === null ? null : parseValue(type, text);
  const problem = parsed && !parsed.ok ? parsed.error : error;
  const shown = text ?? editorText(type, value);

  function typeText(next: string) {
    const result = parseValue(type, next);
    if (!result.ok) return onText(next);
    onChange(result.value);
    onText(next === editorText(type, result.value) ? null : next);
  }
  const settle = () => {
    if (parsed?.ok) onText(null);
  };

  if (type === "boolean") {
    return (
      <Select
        className={classes.boolean ?? ""}
        classNames={{ input: classes.mono ?? "" }}
        aria-label={label}
        data={["true", "false"]}
        value={String(value)}
        disabled={disabled}
        error={problem}
        leftSection={<Square variation={variation} />}
        onChange={(chosen) => chosen !== null && onChange(chosen === "true")}
      />
    );
  }
  if (type === "number" || (type === "string" && shown.length <= ONE_LINE && !shown.includes("\n"))) {
    return <OneLine {...{ type, label, shown, problem, disabled, variation, typeText, settle }} />;
  }
  return <Large {...{ type, label, shown, value, problem, disabled, variation, typeText, settle }} />;
}

function Square({ variation }: { variation: number | null }) {
  return (
    <span
      className={classes.square}
      data-variation={variation === null ? undefined : variation === 0 ? 0 : ((variation - 1) % 4) + 1}
      aria-hidden
    />
  );
}

type EditorProps = {
  type: FlagType;
  label: string;
  shown: string;
  problem: string | undefined;
  disabled: boolean;
  variation: number | null;
  typeText: (text: string) => void;
  settle: () => void;
};

function OneLine({ type, label, shown, problem, disabled, variation, typeText, settle }: EditorProps) {
  const errorId = useId();
  return (
    <span className={classes.line} data-invalid={problem !== undefined}>
      <Square variation={variation} />
      <input
        className={classes.input}
        aria-label={label}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? errorId : undefined}
        inputMode={type === "number" ? "decimal" : "text"}
        placeholder={type === "string" ? "empty text" : "a number"}
        spellCheck={false}
        disabled={disabled}
        value={shown}
        onChange={(event) => typeText(event.currentTarget.value)}
        onBlur={settle}
        onPaste={(event) => {
          // A one-line box would swallow the line breaks of what is pasted.
          const pasted = event.clipboardData.getData("text");
          if (type !== "string" || !pasted.includes("\n")) return;
          event.preventDefault();
          const { selectionStart, selectionEnd } = event.currentTarget;
          typeText(shown.slice(0, selectionStart ?? 0) + pasted + shown.slice(selectionEnd ?? shown.length));
        }}
      />
      {problem && (
        <span id={errorId} className="hidden">
          {problem}
        </span>
      )}
    </span>
  );
}

/** A chip that opens a larger editor; what is typed there counts at once, like everywhere else. */
function Large(props: EditorProps & { value: JsonValue }) {
  const { type, label, shown, value, problem, disabled, variation, typeText, settle } = props;
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={(open) => {
        setOpened(open);
        if (!open) settle();
      }}
      position="bottom-start"
      width={520}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={classes.chip}
          aria-label={label}
          aria-invalid={problem !== undefined}
          data-invalid={problem !== undefined}
          disabled={disabled}
          onClick={() => setOpened(!opened)}
        >
          {/* What is typed, while it is no value yet: not the last one that was. */}
          <ValueChip value={problem ? shown : value} variation={variation} limit={48} />
          <IconChevronDown size={16} stroke={1.75} aria-hidden className={classes.icon} />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        {type === "json" ? (
          <Suspense
            fallback={<div className={classes.loading} role="status" aria-label="Opening the editor" />}
          >
            <JsonEditor label={`${label}, JSON`} text={shown} onChange={typeText} />
          </Suspense>
        ) : (
          <textarea
            className={classes.text}
            aria-label={`${label}, text`}
            aria-invalid={problem !== undefined}
            spellCheck={false}
            value={shown}
            rows={Math.min(16, Math.max(5, shown.split("\n").length + 1))}
            onChange={(event) => typeText(event.currentTarget.value)}
          />
        )}
        <p className={classes.status} data-invalid={problem !== undefined} aria-live="polite">
          {problem ?? `${sizeText(value)} of 32 KiB`}
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}

function sizeText(value: JsonValue): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`;
}
