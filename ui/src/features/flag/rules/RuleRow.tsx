// One rule as a row: handle, IF audience, AND percentage, SERVE value, what it reaches, and its menu.
// Below, when there is something to say: what changed, what is wrong, what rules above took.
import { useSortable } from "@dnd-kit/react/sortable";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconGripVertical } from "@tabler/icons-react";
import { type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import { MenuButton } from "@/components";
import type { Audience, FlagType, JsonValue, Rule, RuleImpact } from "@/contract";
import type { AudienceStart } from "../../audiences";
import { audienceName, type RuleMark } from "../model/changes";
import { parsePercentage, percentageLabel } from "../model/percentage";
import { parseValue, typingErrors, valueLabel } from "../model/value";
import type { RuleField } from "../model/violations";
import { AudiencePicker } from "./AudiencePicker";
import { PercentageField } from "./PercentageField";
import { ReachCell } from "./ReachCell";
import { RuleMarks } from "./RuleMarks";
import classes from "./RuleRow.module.css";
import { ValueField } from "./ValueField";

/** What a row can ask for; the same functions for as long as the list is shown. */
export type RowActions = {
  change: (ruleId: string, changes: Partial<Omit<Rule, "id">>) => void;
  type: (ruleId: string, field: "percentage" | "value", text: string | null) => void;
  move: (from: number, to: number) => void;
  duplicate: (ruleId: string) => void;
  remove: (ruleId: string) => void;
  createAudience: (ruleId: string, start: AudienceStart) => void;
};

type Props = {
  rule: Rule;
  index: number;
  total: number;
  type: FlagType;
  audiences: ReadonlyArray<Audience>;
  marks: ReadonlyArray<RuleMark>;
  errors: Partial<Record<RuleField, string>>;
  /** Typed texts that are not what the rule holds yet. */
  percentageText: string | null;
  valueText: string | null;
  variation: number | null;
  reach: RuleImpact | null;
  /** The ids of all rules as they stand. */
  order: ReadonlyArray<string>;
  customers: number;
  /** What stands where a count would, as in "not counted". */
  uncounted: string;
  disabled: boolean;
  actions: RowActions;
};

/** Twenty of them stand on a page where every keystroke counts: only the one that changed draws again. */
export const RuleRow = memo(function RuleRow(props: Props) {
  const { rule, index, total, type, audiences, marks, errors, reach, disabled, actions } = props;
  const number = index + 1;
  const [describing, setDescribing] = useState(false);
  const { ref, handleRef, isDragging } = useSortable({ id: rule.id, index, disabled });

  const descriptionField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (describing) descriptionField.current?.focus();
  }, [describing]);

  /** Alt+↑ and Alt+↓ move the row from wherever in it the focus is. */
  function moveByKey(event: KeyboardEvent) {
    if (!event.altKey || disabled) return;
    const to = event.key === "ArrowUp" ? index - 1 : event.key === "ArrowDown" ? index + 1 : null;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (to >= 0 && to < total) actions.move(index, to);
  }

  const named = audienceName(rule.audienceId, {
    audience: (id) => audiences.find((one) => one.id === id)?.name ?? id,
  });
  const summary = `Rule ${number}: ${named}, ${percentageLabel(rule.percentage)}, serve ${valueLabel(rule.value)}`;
  const messages = [
    ...typingErrors(props.percentageText, parsePercentage),
    ...typingErrors(props.valueText, (text) => parseValue(type, text)),
    ...Object.values(errors),
  ];

  return (
    <li
      ref={ref}
      className={classes.row}
      data-dragging={isDragging}
      data-rule={rule.id}
      aria-label={summary}
      onKeyDownCapture={moveByKey}
    >
      <div className={classes.line}>
        <Tooltip label="Drag to move, or press Alt ↑ ↓">
          <ActionIcon
            ref={handleRef}
            size={24}
            className={classes.handle ?? ""}
            aria-label={`Move rule ${number}`}
            disabled={disabled}
          >
            <IconGripVertical size={16} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
        <span className={classes.number}>{number}</span>
        <span className={classes.keyword}>IF</span>
        <AudiencePicker
          audienceId={rule.audienceId}
          audiences={audiences}
          error={errors.audienceId}
          ruleNumber={number}
          disabled={disabled}
          onChange={(audienceId) => actions.change(rule.id, { audienceId })}
          onCreate={(start) => actions.createAudience(rule.id, start)}
        />
        <span className={classes.keyword}>AND</span>
        <PercentageField
          percentage={rule.percentage}
          text={props.percentageText}
          error={errors.percentage}
          ruleNumber={number}
          disabled={disabled}
          onChange={(percentage) => actions.change(rule.id, { percentage })}
          onText={(text) => actions.type(rule.id, "percentage", text)}
        />
        <span className={classes.keyword}>SERVE</span>
        <ValueField
          type={type}
          value={rule.value}
          text={props.valueText}
          error={errors.value}
          label={`Value of rule ${number}`}
          variation={props.variation}
          disabled={disabled}
          onChange={(value: JsonValue) => actions.change(rule.id, { value })}
          onText={(text) => actions.type(rule.id, "value", text)}
        />
        <ReachCell
          customers={reach?.net ?? null}
          of={props.customers}
          uncounted={props.uncounted}
          warnOfNobody
        />
        <MenuButton
          label={`Actions for rule ${number}`}
          entries={[
            { label: "Describe…", disabled, run: () => setDescribing(true) },
            { label: "Duplicate", disabled: disabled || total >= 20, run: () => actions.duplicate(rule.id) },
            "divider",
            {
              label: "Move up",
              shortcut: "Alt+ArrowUp",
              disabled: disabled || index === 0,
              run: () => actions.move(index, index - 1),
            },
            {
              label: "Move down",
              shortcut: "Alt+ArrowDown",
              disabled: disabled || number === total,
              run: () => actions.move(index, index + 1),
            },
            { label: "Move to top", disabled: disabled || index === 0, run: () => actions.move(index, 0) },
            {
              label: "Move to bottom",
              disabled: disabled || number === total,
              run: () => actions.move(index, total - 1),
            },
            "divider",
            { label: "Delete rule", disabled, run: () => actions.remove(rule.id) },
          ]}
        />
      </div>
      <RuleMarks rule={rule} marks={marks} reach={reach} order={props.order} />
      {(describing || rule.description !== "") && (
        <input
          className={classes.description}
          aria-label={`Description of rule ${number}`}
          placeholder="Why is this rule here?"
          value={rule.description}
          disabled={disabled}
          ref={descriptionField}
          onBlur={() => setDescribing(false)}
          onChange={(event) => actions.change(rule.id, { description: event.currentTarget.value })}
        />
      )}
      {messages.length > 0 && (
        <p className={classes.error} role="alert">
          {messages.join(" ")}
        </p>
      )}
    </li>
  );
});
