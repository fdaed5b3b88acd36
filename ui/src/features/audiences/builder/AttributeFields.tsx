// What is asked of an attribute: inside JSON where, the operator, the value, and whether case matters.
import { ActionIcon, Select } from "@mantine/core";
import { IconChevronDown, IconLetterCase } from "@tabler/icons-react";
import { useHint } from "@/components";
import type { Attribute, Operator } from "@/contract";
import type { NodeProblems } from "../model/check";
import {
  OPERATOR_WORDS,
  operatorsFor,
  takesIgnoreCase,
  typeOf,
  valueKind,
  withOperator,
} from "../model/operators";
import type { Leaf } from "../model/tree";
import { JsonFields } from "./JsonFields";
import classes from "./LeafRow.module.css";
import type { Source } from "./use-source";
import { ValueInput } from "./ValueInput";

type Props = {
  what: string;
  leaf: Leaf;
  attributes: ReadonlyArray<Attribute>;
  source: Source;
  problems: NodeProblems;
  onChange: (leaf: Leaf) => void;
};

/** A longer list gets a line of its own. */
const VALUES_IN_LINE = 6;

export function AttributeFields({ what, leaf, attributes, source, problems, onChange }: Props) {
  const attribute = attributes.find(({ name }) => name === leaf.attribute);
  const type = typeOf(leaf, attributes);
  const kind = valueKind(type, leaf.operator);
  const isWide =
    kind === "moment_range" ||
    kind === "day_range" ||
    (Array.isArray(leaf.value) && leaf.value.length > VALUES_IN_LINE);
  return (
    <>
      {attribute?.type === "json" && (
        <JsonFields what={what} leaf={leaf} attributes={attributes} problems={problems} onChange={onChange} />
      )}
      {type !== null && type !== "unsupported" && (
        <Select
          className={classes.operator ?? ""}
          aria-label={`Operator of ${what}`}
          error={problems.operator}
          placeholder="Choose…"
          rightSection={<IconChevronDown size={16} stroke={1.75} aria-hidden />}
          rightSectionPointerEvents="none"
          // Options are made when they are asked for: a hundred conditions would hold a thousand of them.
          comboboxProps={{ keepMounted: false }}
          maxDropdownHeight={340}
          data={operatorsFor(type).map((each) => ({ value: each, label: OPERATOR_WORDS[each] }))}
          value={leaf.operator}
          onChange={(next) => next && onChange(withOperator(leaf, next as Operator, attributes))}
        />
      )}
      <div className={classes.value} data-wide={isWide}>
        <div className={classes.input}>
          <ValueInput
            kind={kind}
            what={what}
            leaf={leaf}
            isCustomer={leaf.attribute === source.idAttribute}
            problem={problems.value}
            onChange={(next) => onChange({ ...leaf, value: next })}
          />
        </div>
        {takesIgnoreCase(type, leaf.operator) && (
          <CaseButton
            what={what}
            ignored={leaf.ignoreCase}
            onClick={() => onChange({ ...leaf, ignoreCase: !leaf.ignoreCase })}
          />
        )}
      </div>
    </>
  );
}

function CaseButton({ what, ignored, onClick }: { what: string; ignored: boolean; onClick: () => void }) {
  const hint = useHint(ignored ? "Upper and lower case are the same" : "Upper and lower case differ");
  return (
    <ActionIcon
      className={classes.case ?? ""}
      aria-label={`Ignore case in ${what}`}
      aria-pressed={ignored}
      {...hint}
      onClick={onClick}
    >
      <IconLetterCase size={16} stroke={1.75} />
    </ActionIcon>
  );
}
