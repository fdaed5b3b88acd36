// One test: attribute, what is asked of it, the value, and how many customers pass it alone.
import { ActionIcon, Select, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronDown, IconLetterCase, IconX } from "@tabler/icons-react";
import { useId } from "react";
import { useCommandQuery } from "@/api";
import { formatCount } from "@/components";
import type { Attribute, AttributeType, EventCondition, Operator } from "@/contract";
import { leafProblems, type NodeProblems } from "../model/check";
import { eventWords } from "../model/event-words";
import {
  holdsForMissing,
  OPERATOR_WORDS,
  operatorsFor,
  READ_AS,
  TYPE_WORDS,
  takesIgnoreCase,
  typeOf,
  valueKind,
  withAttribute,
  withOperator,
  withReadAs,
} from "../model/operators";
import { emptyTree, type Leaf, toCondition } from "../model/tree";
import { pathFromText } from "../model/typed";
import { AttributePicker } from "./AttributePicker";
import classes from "./LeafRow.module.css";
import { ValueInput } from "./ValueInput";

/** Options are made when they are asked for: a hundred conditions would hold a thousand of them. */
const ON_DEMAND = { keepMounted: false };

type Props = {
  leaf: Leaf;
  /** Its number in reading order, from 1. */
  number: number;
  attributes: ReadonlyArray<Attribute>;
  problems: NodeProblems | undefined;
  onChange: (leaf: Leaf) => void;
  onRemove: () => void;
};

export function LeafRow(props: Props) {
  return props.leaf.event === null ? (
    <AttributeRow {...props} />
  ) : (
    <EventRow {...props} event={props.leaf.event} />
  );
}

/** A test of events, in words. */
function EventRow(props: Props & { event: EventCondition }) {
  const { leaf, event, number, attributes, problems = {}, onRemove } = props;
  const what = `condition ${number}`;
  const sentences = Object.values(problems);
  return (
    <div className={classes.row} data-node={leaf.id} role="group" aria-label={what}>
      <div className={classes.line}>
        <div className={classes.fields}>
          <span className={classes.words}>{eventWords(event)}</span>
        </div>
        <LeafCount leaf={leaf} attributes={attributes} />
        <ActionIcon aria-label={`Remove ${what}`} data-remove onClick={onRemove}>
          <IconX size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      {sentences.length > 0 && (
        <p className={classes.problem} role="alert">
          {sentences.join(" ")}
        </p>
      )}
    </div>
  );
}

function AttributeRow({ leaf, number, attributes, problems = {}, onChange, onRemove }: Props) {
  const problemId = useId();
  const what = `condition ${number}`;
  const attribute = attributes.find(({ name }) => name === leaf.attribute);
  const type = typeOf(leaf, attributes);
  const { operator, value, path, type: readAs, ...others } = problems;
  // What no field of Mantine's says for itself.
  const sentences = Object.values(others);
  const describedBy = sentences.length > 0 ? problemId : undefined;
  const known = attribute?.enumValues ?? [];
  const kind = valueKind(type, leaf.operator);
  return (
    <div className={classes.row} data-node={leaf.id} role="group" aria-label={what}>
      <div className={classes.line}>
        <div className={classes.fields}>
          <div className={classes.attribute}>
            <AttributePicker
              what={what}
              chosen={leaf.attribute}
              attributes={attributes}
              invalid={problems.attribute !== undefined}
              describedBy={describedBy}
              onChoose={(next) => onChange(withAttribute(leaf, next, attributes))}
            />
          </div>
          {attribute?.type === "json" && (
            <>
              <TextInput
                className={classes.path ?? ""}
                aria-label={`Path of ${what}`}
                error={path}
                placeholder="path.inside"
                spellCheck={false}
                value={leaf.path.join(".")}
                onChange={(event) => onChange({ ...leaf, path: pathFromText(event.currentTarget.value) })}
              />
              <Select
                className={classes.readAs ?? ""}
                aria-label={`Type of ${what}`}
                error={readAs}
                rightSection={<IconChevronDown size={16} stroke={1.75} aria-hidden />}
                rightSectionPointerEvents="none"
                comboboxProps={ON_DEMAND}
                data={READ_AS.map((each) => ({ value: each, label: `as ${TYPE_WORDS[each]}` }))}
                value={leaf.readAs}
                onChange={(next) => next && onChange(withReadAs(leaf, next as AttributeType, attributes))}
              />
            </>
          )}
          {type !== null && type !== "unsupported" && (
            <Select
              className={classes.operator ?? ""}
              aria-label={`Operator of ${what}`}
              error={operator}
              placeholder="Choose…"
              rightSection={<IconChevronDown size={16} stroke={1.75} aria-hidden />}
              rightSectionPointerEvents="none"
              comboboxProps={ON_DEMAND}
              maxDropdownHeight={340}
              data={operatorsFor(type).map((each) => ({ value: each, label: OPERATOR_WORDS[each] }))}
              value={leaf.operator}
              onChange={(next) => next && onChange(withOperator(leaf, next as Operator, attributes))}
            />
          )}
          <div className={classes.value} data-wide={kind === "moment_range"}>
            <div className={classes.input}>
              <ValueInput
                kind={kind}
                what={what}
                value={leaf.value}
                known={known}
                problem={value}
                onChange={(next) => onChange({ ...leaf, value: next })}
              />
            </div>
            {takesIgnoreCase(type, leaf.operator) && (
              <Tooltip
                label={leaf.ignoreCase ? "Upper and lower case are the same" : "Upper and lower case differ"}
              >
                <ActionIcon
                  className={classes.case ?? ""}
                  aria-label={`Ignore case in ${what}`}
                  aria-pressed={leaf.ignoreCase}
                  onClick={() => onChange({ ...leaf, ignoreCase: !leaf.ignoreCase })}
                >
                  <IconLetterCase size={16} stroke={1.75} />
                </ActionIcon>
              </Tooltip>
            )}
          </div>
        </div>
        <LeafCount leaf={leaf} attributes={attributes} />
        <ActionIcon aria-label={`Remove ${what}`} data-remove onClick={onRemove}>
          <IconX size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      {sentences.length > 0 ? (
        <p id={problemId} className={classes.problem} role="alert">
          {sentences.join(" ")}
        </p>
      ) : (
        holdsForMissing(leaf.operator) &&
        attribute?.nullable && (
          <p className={classes.hint}>Also customers without {leaf.path.at(-1) ?? leaf.attribute}.</p>
        )
      )}
    </div>
  );
}

/** How long, in milliseconds, typing has to rest before its customers are counted. */
const REST_MS = 400;

function LeafCount({ leaf, attributes }: { leaf: Leaf; attributes: ReadonlyArray<Attribute> }) {
  const [rested] = useDebouncedValue(leaf, REST_MS);
  const finished = Object.keys(leafProblems(rested, attributes)).length === 0;
  const condition = toCondition({ ...emptyTree(), children: [rested] });
  const { data, error } = useCommandQuery("audience_count", { condition }, { enabled: finished });
  const shown = finished && !error ? (data ? formatCount(data.customers) : "…") : "";
  return (
    <span
      className={classes.count}
      title={
        data && finished ? `${formatCount(data.customers)} customers pass this condition alone` : undefined
      }
    >
      {shown}
    </span>
  );
}
