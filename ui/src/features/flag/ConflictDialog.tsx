// Somebody else changed the same rule or field meanwhile: mine, theirs, or both. Everything else has
// merged already.
import { Button, Modal, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { RelativeTime } from "@/components";
import type { Flag } from "@/contract";
import classes from "./ConflictDialog.module.css";
import { type Names, ruleSummary } from "./model/changes";
import type { Draft } from "./model/draft";
import { type Choice, type Conflict, canKeepBoth, conflictId } from "./model/merge";
import { code, type Phrase as Parts } from "./model/phrase";
import { valueLabel } from "./model/value";
import { Phrase } from "./Phrase";

type Props = {
  /** As it is now. */
  flag: Flag;
  draft: Draft;
  asked: ReadonlyArray<Conflict>;
  names: Names;
  onResolve: (choices: Readonly<Record<string, Choice>>) => void;
  onClose: () => void;
};

export function ConflictDialog({ flag, draft, asked, names, onResolve, onClose }: Props) {
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({});
  const open = asked.filter((conflict) => choices[conflictId(conflict)] === undefined).length;
  return (
    <Modal
      opened
      onClose={onClose}
      size={640}
      title={`${flag.key} was changed by two people`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <p className={classes.intro}>
        {flag.updatedBy} saved v{flag.version} <RelativeTime at={flag.updatedAt} />. Everything else merged
        with your edit by itself; nothing is saved yet.
      </p>
      {asked.map((conflict) => {
        const id = conflictId(conflict);
        const sides = sidesOf(conflict, draft, flag, names);
        return (
          <fieldset key={id} className={classes.conflict}>
            <legend className={classes.legend}>{titleOf(conflict, draft, flag)}</legend>
            <dl className={classes.sides}>
              {sides.map(([side, phrase]) => (
                <div key={side} data-chosen={isKept(side, choices[id])}>
                  <dt>{side}</dt>
                  <dd>
                    <Phrase of={phrase} />
                  </dd>
                </div>
              ))}
            </dl>
            <SegmentedControl
              aria-label={`Keep which, for ${titleOf(conflict, draft, flag)}`}
              value={choices[id] ?? ""}
              onChange={(choice) => setChoices({ ...choices, [id]: choice as Choice })}
              data={[
                { value: "mine", label: "Keep mine" },
                { value: "theirs", label: "Keep theirs" },
                ...(canKeepBoth(conflict) ? [{ value: "both", label: "Keep both" }] : []),
              ]}
            />
          </fieldset>
        );
      })}
      <div className={classes.buttons}>
        <Button onClick={onClose}>Later</Button>
        <Button variant="filled" disabled={open > 0} onClick={() => onResolve(choices)}>
          {open > 0 ? `${open} to choose` : "Use these"}
        </Button>
      </div>
    </Modal>
  );
}

function isKept(side: string, choice: Choice | undefined): boolean {
  return side !== "Was" && (choice === "both" || choice === side.toLowerCase());
}

const FIELD_NAMES = {
  name: "Name",
  description: "Description",
  defaultValue: "Otherwise",
  clientVisible: "Visible to clients",
  permanent: "Permanent",
  tags: "Tags",
} as const;

function titleOf(conflict: Conflict, draft: Draft, flag: Flag): string {
  if (conflict.kind === "order") return "The order of the rules";
  if (conflict.kind === "field") return FIELD_NAMES[conflict.field];
  const at = (rules: Flag["rules"]) => rules.findIndex(({ id }) => id === conflict.ruleId);
  const position =
    [flag.rules, draft.edits.rules ?? [], draft.base.rules].map(at).find((index) => index >= 0) ?? 0;
  return `Rule ${position + 1}`;
}

function sidesOf(conflict: Conflict, draft: Draft, flag: Flag, names: Names): Array<[string, Parts]> {
  if (conflict.kind === "rule") {
    const summary = (rule: typeof conflict.mine): Parts => (rule ? ruleSummary(rule, names) : ["removed"]);
    return [
      ["Was", conflict.base ? ruleSummary(conflict.base, names) : ["not there"]],
      ["Mine", summary(conflict.mine)],
      ["Theirs", summary(conflict.theirs)],
    ];
  }
  if (conflict.kind === "order") {
    const order = (rules: Flag["rules"]): Parts => [
      rules
        .map(({ id }) => draft.base.rules.findIndex((rule) => rule.id === id) + 1)
        .map((number) => (number === 0 ? "new" : String(number)))
        .join(", "),
    ];
    return [
      ["Was", order(draft.base.rules)],
      ["Mine", order(draft.edits.rules ?? draft.base.rules)],
      ["Theirs", order(flag.rules)],
    ];
  }
  const shown = (value: Flag[typeof conflict.field] | undefined): Parts =>
    value === undefined ? [""] : [code(valueLabel(value, 80))];
  return [
    ["Was", shown(draft.base[conflict.field])],
    ["Mine", shown(draft.edits[conflict.field])],
    ["Theirs", shown(flag[conflict.field])],
  ];
}
