// A group of conditions: all, any or none of them hold. Groups stand inside groups.
import { Button, SegmentedControl, Tooltip } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type Group, type Node, whyNoMore } from "../model/tree";
import type { Builder } from "./ConditionBuilder";
import classes from "./GroupBox.module.css";
import { LeafRow } from "./LeafRow";

const WORDS = {
  all: "of these hold",
  any: "of these holds",
  none: "of these holds",
} as const;

type Props = {
  group: Group;
  builder: Builder;
  /** Groups around it. */
  depth: number;
};

export function GroupBox({ group, builder, depth }: Props) {
  const { tree, problems, numbers, onEdit, onAdd, onRemove } = builder;
  const number = numbers.get(group.id) ?? 1;
  const outermost = depth === 0;
  const name = outermost ? "the audience" : `group ${number}`;
  const problem = problems.get(group.id)?.[""];
  const noLeaf = whyNoMore(tree, "leaf", group.id);
  const noGroup = whyNoMore(tree, "group", group.id);
  return (
    <div className={classes.group} data-depth={depth % 4} role="group" aria-label={name} data-node={group.id}>
      <div className={classes.head}>
        <SegmentedControl
          aria-label={`All, any or none, in ${name}`}
          classNames={{
            root: classes.segments ?? "",
            label: classes.segment ?? "",
            indicator: classes.indicator ?? "",
          }}
          withItemsBorders={false}
          data={["all", "any", "none"]}
          value={group.combinator}
          onChange={(combinator) =>
            onEdit({ edit: "combine", id: group.id, combinator: combinator as Group["combinator"] })
          }
        />
        <span className={classes.words}>{WORDS[group.combinator]}</span>
      </div>
      {group.children.map((child: Node) =>
        child.kind === "group" ? (
          <GroupBox key={child.id} group={child} builder={builder} depth={depth + 1} />
        ) : (
          <LeafRow
            key={child.id}
            leaf={child}
            number={numbers.get(child.id) ?? 1}
            attributes={builder.attributes}
            problems={problems.get(child.id)}
            onChange={({ kind: _kind, id, ...changes }) => onEdit({ edit: "set", id, changes })}
            onRemove={() => onRemove(child.id, group.id)}
          />
        ),
      )}
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
          onClick={() => onAdd("leaf", group.id)}
        />
        <AddButton
          label={outermost ? "Add group" : `Add group to ${name}`}
          text="Group"
          why={noGroup}
          onClick={() => onAdd("group", group.id)}
        />
        {!outermost && (
          <Button
            variant="subtle"
            color="gray"
            className={classes.remove ?? ""}
            aria-label={`Remove ${name}`}
            onClick={() => onRemove(group.id, tree.id)}
          >
            Remove group
          </Button>
        )}
      </div>
    </div>
  );
}

/** `why`: why it cannot be pressed now. */
function AddButton(props: {
  label: string;
  text: string;
  why: string | null;
  mark?: string;
  onClick: () => void;
}) {
  const { label, text, why, mark, onClick } = props;
  return (
    <Tooltip label={why ?? ""} disabled={why === null}>
      <Button
        variant="subtle"
        color="gray"
        aria-label={why === null ? label : `${label}. ${why}`}
        leftSection={<IconPlus size={16} stroke={1.75} />}
        data-add={mark}
        {...(why === null ? { onClick } : { "data-disabled": true, "aria-disabled": true })}
      >
        {text}
      </Button>
    </Tooltip>
  );
}
