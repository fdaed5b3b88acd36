// What is typed for a test, by the kind of value that its operator takes.
import type { ReactNode } from "react";
import { useState } from "react";
import type { JsonValue } from "@/contract";
import type { ValueKind } from "../model/operators";
import type { Leaf } from "../model/tree";
import { numberText } from "../model/typed";
import { DateField } from "./DateField";
import { ListInput } from "./ListInput";
import { NumberField } from "./NumberField";
import { SuggestField } from "./SuggestField";
import { useCustomerSuggestions, useValueSuggestions } from "./use-suggestions";
import classes from "./ValueInput.module.css";

/** The name of a field for those who cannot see it, and what is wrong with it. */
export type Named = { "aria-label": string; error: string | boolean };

type Props = {
  kind: ValueKind;
  /** As in "condition 2". */
  what: string;
  leaf: Leaf;
  /** The value is the id of a customer, who can be found by name. */
  isCustomer: boolean;
  /** What is wrong with it. */
  problem: string | undefined;
  onChange: (value: JsonValue) => void;
};

export function ValueInput(props: Props) {
  const { kind, what, leaf, isCustomer, problem, onChange } = props;
  const { value } = leaf;
  /** What is being looked for; null until somebody does. */
  const [wanted, setWanted] = useState<string | null>(null);
  const values = useValueSuggestions(leaf, wanted !== null && !isCustomer);
  const customers = useCustomerSuggestions(wanted ?? "", wanted !== null && isCustomer);
  const suggestions = isCustomer ? customers : values;
  const named: Named = { "aria-label": `Value of ${what}`, error: problem ?? false };
  const end = (index: 0 | 1) => (Array.isArray(value) ? (value[index] ?? null) : null);
  const setEnd = (index: 0 | 1, next: JsonValue) => onChange(index === 0 ? [next, end(1)] : [end(0), next]);
  const namedEnd = (index: 0 | 1): Named => ({
    // The sentence once, the mark on both.
    error: index === 0 ? (problem ?? false) : problem !== undefined,
    "aria-label": `${index === 0 ? "From" : "To"}, value of ${what}`,
  });
  const range = (field: (index: 0 | 1) => ReactNode) => (
    <span className={classes.range} data-kind={kind}>
      <span className={classes.end}>{field(0)}</span>
      <span>and</span>
      <span className={classes.end}>{field(1)}</span>
    </span>
  );

  switch (kind) {
    case "nothing":
      return null;
    case "text":
      return (
        <SuggestField
          named={named}
          text={numberText(value)}
          placeholder="Value"
          suggestions={suggestions}
          onWanted={setWanted}
          onText={onChange}
        />
      );
    case "number":
      return <NumberField named={named} value={value} onChange={onChange} />;
    case "days":
      return (
        <span className={classes.days}>
          <NumberField named={named} value={value} placeholder="Days" onChange={onChange} />
          <span>{value === 1 ? "day" : "days"}</span>
        </span>
      );
    case "number_range":
      return range((index) => (
        <NumberField named={namedEnd(index)} value={end(index)} onChange={(next) => setEnd(index, next)} />
      ));
    case "day":
    case "moment":
      return <DateField named={named} kind={kind} value={value} onChange={onChange} />;
    case "day_range":
    case "moment_range":
      return range((index) => (
        <DateField
          named={namedEnd(index)}
          kind={kind === "day_range" ? "day" : "moment"}
          value={end(index)}
          onChange={(next) => setEnd(index, next)}
        />
      ));
    case "texts":
    case "numbers":
      return (
        <ListInput
          named={named}
          kind={kind}
          values={Array.isArray(value) ? value : []}
          suggestions={suggestions}
          onWanted={setWanted}
          onChange={onChange}
        />
      );
  }
}
