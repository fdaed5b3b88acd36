// A group of conditions: all, any or none of them hold. Groups stand inside groups.
import { ActionIcon, SegmentedControl } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { memo } from "react";
import { useHint } from "@/components";
import type { Combinator, Group, Node } from "../model/tree";
import type { Builder, NodeActions } from "./ConditionBuilder";
import { ConditionRow } from "./ConditionRow";
import classes from "./GroupBox.module.css";
import { Handle } from "./Handle";
import { NO_LIMIT } from "./use-limits";

const WORDS = {
  all: "of these hold",
  any: "of these holds",
  none: "of these holds",
} as const;

/** Rows that are drawn in the first moment: about what fits a window. */
const FIRST_ROWS = 12;

type Props = {
  group: Group;
  builder: Builder;
  /** Groups around it. */
  depth: number;
};

/** Draws again when something in it changes, not for every key in another group. */
export const GroupBox = memo(function GroupBox({ group, builder, depth }: Props) {
  const { problems, numbers, limits, actions } = builder;
  const number = numbers.get(group.id) ?? 1;
  const outermost = depth === 0;
  const name = outermost ? "the audience" : `group ${number}`;
  const { noLeaf, noGroup, broken } = limits.get(group.id) ?? NO_LIMIT;
  const problem = broken ?? problems.get(group.id)?.[""];
  return (
    <div className={classes.group} data-depth={depth % 4} role="group" aria-label={name} data-node={group.id}>
      <div className={classes.head}>
        {!outermost && (
          <Handle
            what={name}
            entries={() => actions.entries(group.id)}
            onGrab={(event, dropped) => actions.grab(group.id, event, dropped)}
          />
        )}
        <CombinatorControl id={group.id} name={name} combinator={group.combinator} actions={actions} />
        <span className={classes.words}>{WORDS[group.combinator]}</span>
        {!outermost && (
          <ActionIcon
            className={classes.remove ?? ""}
            aria-label={`Remove ${name}`}
            onClick={() => actions.remove(group.id)}
          >
            <IconX size={16} stroke={1.75} />
          </ActionIcon>
        )}
      </div>
      <div className={classes.children} data-children={group.id}>
        {group.children.map((child: Node) => {
          if (child.kind === "group") {
            return <GroupBox key={child.id} group={child} builder={builder} depth={depth + 1} />;
          }
          // One without a number is new.
          const number = numbers.get(child.id) ?? 1;
          return (
            <ConditionRow
              key={child.id}
              leaf={child}
              number={number}
              early={number <= FIRST_ROWS}
              near={builder.near}
              attributes={builder.attributes}
              source={builder.source}
              problems={problems.get(child.id)}
              actions={actions}
            />
          );
        })}
      </div>
      {problem && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={classes.foot}>
        <AddButton
          label={outermost ? "Add condition" : `Add condition to ${name}`}
          text="Condition"
          why={noLeaf}
          mark={group.id}
          onClick={() => actions.add("leaf", group.id)}
        />
        <AddButton
          label={outermost ? "Add group" : `Add group to ${name}`}
          text="Group"
          why={noGroup}
          onClick={() => actions.add("group", group.id)}
        />
        {outermost && (noLeaf ?? noGroup) && <span className={classes.limit}>{noLeaf ?? noGroup}</span>}
      </div>
    </div>
  );
});

/** Does not draw again for what goes on inside the group. */
const CombinatorControl = memo(function CombinatorControl(props: {
  id: string;
  name: string;
  combinator: Combinator;
  actions: NodeActions;
}) {
  const { id, name, combinator, actions } = props;
  return (
    <SegmentedControl
      aria-label={`All, any or none, in ${name}`}
      classNames={{
        root: classes.segments ?? "",
        label: classes.segment ?? "",
        indicator: classes.indicator ?? "",
      }}
      withItemsBorders={false}
      data={["all", "any", "none"]}
      value={combinator}
      onChange={(next) => actions.combine(id, next as Combinator)}
    />
  );
});

/** `why`: why it cannot be pressed now. */
function AddButton(props: {
  label: string;
  text: string;
  why: string | null;
  mark?: string;
  onClick: () => void;
}) {
  const { label, text, why, mark, onClick } = props;
  const hint = useHint(why ?? "");
  return (
    <button
      type="button"
      className={classes.add}
      aria-label={why === null ? label : `${label}. ${why}`}
      data-add={mark}
      {...(why === null ? { onClick } : { "aria-disabled": true, ...hint })}
    >
      <IconPlus size={16} stroke={1.75} aria-hidden />
      {text}
    </button>
  );
}
