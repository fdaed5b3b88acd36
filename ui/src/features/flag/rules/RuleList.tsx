// The rules of a flag in their order, the default below them, and how to add one. Shows the draft; every
// edit goes to it at once.
import { DragDropProvider } from "@dnd-kit/react";
import { isSortable } from "@dnd-kit/react/sortable";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useActions } from "@/app/actions";
import { ErrorNote } from "@/components";
import type { Audience, Flag, Rule } from "@/contract";
import type { AudienceStart } from "../../audiences";
import { CountProgress } from "../impact/CountProgress";
import type { Impact } from "../impact/use-impact";
import { type Names, type RuleMark, removedRules, ruleMarks, ruleSummary } from "../model/changes";
import {
  changesEvaluation,
  DEFAULT_FIELD,
  edited,
  finishesRampByDefault,
  movedRule,
  percentageField,
  valueField,
  withDuplicate,
  withEdits,
  withoutRule,
  withoutStrayTexts,
  withRule,
  withRuleForEveryone,
  withText,
} from "../model/draft";
import { sameValue, startingValue, valueLabel, variations } from "../model/value";
import type { FieldErrors } from "../model/violations";
import { Phrase } from "../Phrase";
import { canSplit } from "../split/model";
import { SplitDialog } from "../split/SplitDialog";
import { Splits } from "../split/Splits";
import { type FlagDraft, newRuleId } from "../use-flag-draft";
import { DefaultRow } from "./DefaultRow";
import classes from "./RuleList.module.css";
import { type RowActions, RuleRow } from "./RuleRow";
import { useSameFunctions } from "./use-same-functions";

const AudienceSheet = lazy(() =>
  import("../../audiences").then((module) => ({ default: module.AudienceSheet })),
);

export const MAXIMUM_RULES = 20;
/** One object for all rows without, so that they need not draw again. */
const NO_MARKS: ReadonlyArray<RuleMark> = [];
const NO_RULE_ERRORS = {};

type Props = {
  flag: Flag;
  flagDraft: FlagDraft;
  audiences: ReadonlyArray<Audience>;
  names: Names;
  errors: FieldErrors;
  impact: Impact;
  disabled: boolean;
};

export function RuleList({ flag, flagDraft, audiences, names, errors, impact, disabled }: Props) {
  const { draft, change } = flagDraft;
  /** The rule whose new audience is being made. */
  const [creating, setCreating] = useState<{ ruleId: string; start: AudienceStart } | null>(null);
  const [splitting, setSplitting] = useState(false);
  const [announcement, setAnnouncement] = useState("");
  const { rules, defaultValue } = withEdits(draft.base, draft.edits);
  const marks = useMemo(() => ruleMarks(draft.base.rules, rules, names), [draft.base.rules, rules, names]);
  const values = useMemo(
    () =>
      variations(
        defaultValue,
        rules.map((rule) => rule.value),
      ),
    [defaultValue, rules],
  );
  const removed = removedRules(draft.base.rules, rules);
  const customers = impact.count?.customers ?? 0;
  const ids = rules.map(({ id }) => id).join(" ");
  // The same array while the order is the same, so that the rows need not draw again.
  const order = useMemo(() => ids.split(" "), [ids]);
  const saving = changesEvaluation(draft.base, draft.edits) && flagDraft.asked.length === 0;

  const setRules = (next: Array<Rule>) => change((now) => withoutStrayTexts(edited(now, { rules: next })));

  function move(from: number, to: number) {
    const focused = document.activeElement;
    flushSync(() => setRules(movedRule(rules, from, to)));
    // Moving a row in the page drops the focus inside it.
    if (focused instanceof HTMLElement && document.activeElement !== focused) focused.focus();
    setAnnouncement(`Rule ${from + 1} is now rule ${to + 1} of ${rules.length}.`);
  }

  function add() {
    const rule: Rule = {
      id: newRuleId(),
      audienceId: null,
      // Nobody until somebody says how many: adding a rule must not be the ramp itself.
      percentage: 0,
      value: startingValue(flag.type, defaultValue),
      description: "",
    };
    flushSync(() => setRules([...rules, rule]));
    document.querySelector<HTMLElement>(`[data-rule="${rule.id}"] [aria-haspopup="listbox"]`)?.focus();
    setAnnouncement(`Rule ${rules.length + 1} added at 0 percent.`);
  }

  const actions = useSameFunctions<RowActions>({
    change: (ruleId, changes) =>
      change((now) => {
        let next = edited(now, { rules: withRule(now.edits.rules ?? now.base.rules, ruleId, changes) });
        if ("percentage" in changes) next = withText(next, percentageField(ruleId), null);
        if ("value" in changes) next = withText(next, valueField(ruleId), null);
        return next;
      }),
    type: (ruleId, field, text) =>
      change((now) =>
        withText(now, field === "percentage" ? percentageField(ruleId) : valueField(ruleId), text),
      ),
    move,
    duplicate: (ruleId) => setRules(withDuplicate(rules, ruleId, newRuleId())),
    remove: (ruleId) => setRules(withoutRule(rules, ruleId)),
    createAudience: (ruleId, start) => setCreating({ ruleId, start }),
  });
  const uncounted = impact.failure || impact.cancelled ? "not counted" : "counting…";
  const full = disabled || rules.length >= MAXIMUM_RULES;
  useActions([
    { id: "flag.add-rule", label: `Add a rule to ${flag.key}`, shortcut: "A", disabled: full, run: add },
  ]);

  return (
    <div className={classes.list} data-counting={impact.counting}>
      <div className={classes.caption}>
        <span>First match wins. One set of rules for every environment that is on.</span>
        {/* With edits it stands in the panel beside Save. */}
        {!saving && <CountProgress {...impact} />}
        <span className={classes.unit}>customers · share of all</span>
      </div>
      {!saving && impact.failure && (
        <ErrorNote
          title="The customers could not be counted."
          failure={impact.failure}
          onRetry={impact.retry}
        />
      )}
      {canSplit(flag.type) && (
        <Splits
          rules={rules}
          saved={draft.base.rules}
          values={values}
          names={names}
          disabled={disabled}
          onChange={setRules}
        />
      )}
      <DragDropProvider
        onDragEnd={(event) => {
          const { source } = event.operation;
          if (event.canceled || !isSortable(source)) return;
          const { initialIndex, index } = source;
          if (initialIndex !== index) move(initialIndex, index);
        }}
      >
        <ol className={classes.rules} aria-label="Rules">
          {rules.map((rule, index) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              index={index}
              total={rules.length}
              type={flag.type}
              audiences={audiences}
              marks={marks.get(rule.id) ?? NO_MARKS}
              errors={errors.rules.get(rule.id) ?? NO_RULE_ERRORS}
              percentageText={draft.texts[percentageField(rule.id)] ?? null}
              valueText={draft.texts[valueField(rule.id)] ?? null}
              variation={values.findIndex((value) => sameValue(value, rule.value))}
              reach={impact.count?.rules.find(({ ruleId }) => ruleId === rule.id) ?? null}
              order={order}
              customers={customers}
              uncounted={uncounted}
              disabled={disabled}
              actions={actions}
            />
          ))}
        </ol>
      </DragDropProvider>
      {removed.map((rule) => (
        <div key={rule.id} className={classes.removed}>
          <span>
            removed: <Phrase of={ruleSummary(rule, names)} />
          </span>
          <Button
            variant="subtle"
            disabled={disabled}
            onClick={() => {
              const at = draft.base.rules.findIndex(({ id }) => id === rule.id);
              setRules([...rules.slice(0, at), rule, ...rules.slice(at)]);
            }}
          >
            Put back
          </Button>
        </div>
      ))}
      <DefaultRow
        type={flag.type}
        value={defaultValue}
        text={draft.texts[DEFAULT_FIELD] ?? null}
        error={errors.fields.get("defaultValue")}
        was={draft.edits.defaultValue === undefined ? null : valueLabel(draft.base.defaultValue, 24)}
        customers={impact.count?.otherwise ?? null}
        of={customers}
        uncounted={uncounted}
        disabled={disabled}
        offerRule={
          finishesRampByDefault(draft.base, draft.edits)
            ? () => change((now) => withRuleForEveryone(now, newRuleId()))
            : null
        }
        onChange={(value) =>
          change((now) => withText(edited(now, { defaultValue: value }), DEFAULT_FIELD, null))
        }
        onText={(text) => change((now) => withText(now, DEFAULT_FIELD, text))}
      />
      <div className={classes.foot}>
        <Button leftSection={<IconPlus size={16} stroke={1.75} />} disabled={full} onClick={add}>
          Add rule
        </Button>
        {canSplit(flag.type) && (
          <Button
            variant="subtle"
            disabled={disabled || rules.length > MAXIMUM_RULES - 2}
            onClick={() => setSplitting(true)}
          >
            Split into arms…
          </Button>
        )}
        <span className={classes.limit}>
          {rules.length} of {MAXIMUM_RULES}
        </span>
        <span className={classes.outside}>Visitors outside the customers table are not counted.</span>
        {errors.fields.has("rules") && (
          <span className={classes.error} role="alert">
            {errors.fields.get("rules")}
          </span>
        )}
      </div>
      {splitting && (
        <SplitDialog
          type={flag.type}
          values={values}
          audiences={audiences}
          room={MAXIMUM_RULES - rules.length}
          onClose={() => setSplitting(false)}
          onAdd={(added) => {
            setSplitting(false);
            setRules([...rules, ...added]);
          }}
        />
      )}
      {creating !== null && (
        <Suspense fallback={null}>
          <AudienceSheet
            start={creating.start}
            onClose={() => setCreating(null)}
            onCreated={({ id }) => {
              setCreating(null);
              change((now) =>
                edited(now, {
                  rules: withRule(now.edits.rules ?? now.base.rules, creating.ruleId, { audienceId: id }),
                }),
              );
            }}
          />
        </Suspense>
      )}
      <div className="hidden" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}
