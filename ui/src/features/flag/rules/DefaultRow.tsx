// The last row: what everyone else gets, and everyone when the flag is off or killed.
import { Button } from "@mantine/core";
import type { FlagType, JsonValue } from "@/contract";
import { parseValue, typingErrors } from "../model/value";
import classes from "./DefaultRow.module.css";
import { ReachCell } from "./ReachCell";
import { ValueField } from "./ValueField";

type Props = {
  type: FlagType;
  value: JsonValue;
  text: string | null;
  error: string | undefined;
  /** "was `false`", or null. */
  was: string | null;
  customers: number | null;
  of: number;
  uncounted: string;
  disabled: boolean;
  /** The edit would make Kill turn the feature on: a rule does the same without that. */
  offerRule: (() => void) | null;
  onChange: (value: JsonValue) => void;
  onText: (text: string | null) => void;
};

export function DefaultRow(props: Props) {
  const { type, value, text, error, was, customers, of, uncounted, disabled, offerRule } = props;
  const messages = [...typingErrors(text, (typed) => parseValue(type, typed)), ...(error ? [error] : [])];
  return (
    <div className={classes.row} data-testid="default-row">
      <div className={classes.line}>
        <span className={classes.keyword}>OTHERWISE, WHEN OFF, AND WHEN KILLED, SERVE</span>
        <ValueField
          type={type}
          value={value}
          text={text}
          error={error}
          label="Default value"
          variation={0}
          disabled={disabled}
          onChange={props.onChange}
          onText={props.onText}
        />
        {was !== null && <span className={classes.was}>was {was}</span>}
        <ReachCell customers={customers} of={of} uncounted={uncounted} />
      </div>
      {messages.length > 0 && (
        <p className={classes.error} role="alert">
          {messages.join(" ")}
        </p>
      )}
      {offerRule && (
        <div className={classes.offer} role="status">
          <span>
            With <code>true</code> here, Kill and every switch that is off would turn the feature <em>on</em>.
          </span>
          <Button onClick={offerRule}>Serve true to everyone (adds a rule)</Button>
        </div>
      )}
    </div>
  );
}
