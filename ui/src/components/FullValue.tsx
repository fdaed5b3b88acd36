// A flag's value in full, where a line cannot hold it, to read and to copy.
import type { JsonValue } from "@/contract";
import { CopyButton } from "./CopyButton";
import classes from "./FullValue.module.css";

/** Characters that a line holds. */
const SHORT = 40;
/** Lines that are shown at first: so many of one long line that is wrapped, and at most so many of several. */
const WRAPPED = 6;
const MOST = 12;

export function FullValue({ value }: { value: JsonValue }) {
  const line = typeof value === "string" ? value : JSON.stringify(value);
  if (line.length <= SHORT && !line.includes("\n")) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div className={classes.full}>
      <textarea
        readOnly
        value={text}
        rows={text.includes("\n") ? Math.min(MOST, text.split("\n").length) : WRAPPED}
        dir="auto"
        spellCheck={false}
        aria-label="The value in full"
      />
      <CopyButton text={text} what="the value" />
    </div>
  );
}
