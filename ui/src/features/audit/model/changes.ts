// What an audit entry changed, in sentences, from its full before and after. Pure.
import type { AuditEntry, Condition, Flag, JsonValue, ReviewDue } from "@/contract";
import { conditionSentence } from "@/features/audiences/model/summary";
import { fromCondition } from "@/features/audiences/model/tree";
import { changeSentences, type Names, ruleSummary } from "@/features/flag/model/changes";
import { code, type Phrase, plainText, strong } from "@/features/flag/model/phrase";
import { sameValue, valueLabel } from "@/features/flag/model/value";

type Fields = { [key in string]?: JsonValue };

/** What follows from any change by itself, and says nothing. */
const STAMPS: ReadonlySet<string> = new Set([
  "id",
  "number",
  "version",
  "createdAt",
  "updatedAt",
  "updatedBy",
  "killedAt",
  "killedBy",
  "singleton",
]);

/** What people look for first; the others follow in their stored order. */
const FIRST_FIELDS = ["name", "description"];

const LONGEST_VALUE = 60;

/** Everything that changed, one sentence each. */
export function changesOf(entry: AuditEntry, names: Names): ReadonlyArray<Phrase> {
  if (entry.action === "change.noted") return [];
  const before = fieldsOf(entry.before);
  const after = fieldsOf(entry.after);
  if (before && after) {
    if (entry.entityType === "flag" && isFlag(before) && isFlag(after)) {
      return changeSentences(before, after, names);
    }
    return fieldSentences(before, after);
  }
  const only = after ?? before;
  return only ? contents(entry.entityType, only, names) : [];
}

/** What something was made with, or what was lost with it. */
function contents(entityType: string, fields: Fields, names: Names): ReadonlyArray<Phrase> {
  if (entityType === "flag" && isFlag(fields)) {
    return [
      ["Type ", code(fields.type), ", default ", code(valueLabel(fields.defaultValue, LONGEST_VALUE))],
      ...fields.rules.map(
        (rule, index): Phrase => [strong(`Rule ${index + 1}`), ": ", ...ruleSummary(rule, names)],
      ),
      [fields.clientVisible ? "Visible to client-side keys" : "Visible to server keys only"],
    ];
  }
  return fieldSentences({}, fields);
}

function fieldSentences(before: Fields, after: Fields): ReadonlyArray<Phrase> {
  const keys = [...new Set([...FIRST_FIELDS, ...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !STAMPS.has(key) && (key in before || key in after),
  );
  return keys.flatMap((key): ReadonlyArray<Phrase> => {
    const old = before[key] ?? null;
    const now = after[key] ?? null;
    if (sameValue(old, now) || (old === null && isBlank(now))) return [];
    return [fieldSentence(key, old, now)];
  });
}

/** Nothing was set. */
function isBlank(value: JsonValue): boolean {
  if (value === "") return true;
  return value !== null && typeof value === "object" && Object.keys(value).length === 0;
}

function fieldSentence(key: string, old: JsonValue, now: JsonValue): Phrase {
  const label = strong(fieldName(key));
  if (key === "position" && typeof now === "number") {
    return [label, typeof old === "number" ? `: ${old + 1} → ${now + 1}` : `: ${now + 1}`];
  }
  if (key === "condition") {
    const sentence = conditionText(now);
    if (old === null) return [label, ": ", sentence];
    return [label, ": ", sentence, " It was: ", conditionText(old)];
  }
  if (old === null) return [label, ": ", code(shown(now))];
  if (now === null) return [label, " removed, was ", code(shown(old))];
  return [label, ": ", code(shown(old)), " → ", code(shown(now))];
}

function shown(value: JsonValue): string {
  return valueLabel(value, LONGEST_VALUE);
}

function conditionText(value: JsonValue): string {
  try {
    return plainText(conditionSentence(fromCondition(value as Condition, () => "")));
  } catch {
    return shown(value);
  }
}

const FIELD_NAMES: Record<string, string> = {
  color: "Colour",
  production: "Is production",
  clientVisible: "Visible to clients",
  pid: "Process of the session",
  defaultValue: "Default value",
};

/** "idColumn" as "Id column". */
function fieldName(key: string): string {
  const words = key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replace(/_/g, " ");
  return FIELD_NAMES[key] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

function fieldsOf(value: JsonValue): Fields | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
}

function isFlag(fields: Fields): fields is Fields & Flag {
  return (
    Array.isArray(fields.rules) &&
    Array.isArray(fields.tags) &&
    fieldsOf(fields.environments ?? null) !== null
  );
}

const VERBS: Record<string, string> = {
  created: "created",
  updated: "edited",
  deleted: "deleted",
  killed: "killed",
  restored: "restored",
  archived: "archived",
  unarchived: "unarchived",
  reverted: "reverted to an earlier version",
  noted: "noted",
  revoked: "revoked",
  listed: "seen one by one",
  exported: "exported",
};

/** What was done, as in `rolled_over`. */
export function verbWords(verb: string): string {
  return VERBS[verb] ?? verb.replace(/_/g, " ");
}

/** "edited", "killed", "switched on in Production": what was done, after the one who did it. */
export function actionWords(entry: AuditEntry, names: Pick<Names, "environment">): string {
  const [, verb = entry.action] = entry.action.split(".");
  if (verb === "switched") {
    const before = fieldsOf(fieldsOf(entry.before)?.environments ?? null) ?? {};
    const after = fieldsOf(fieldsOf(entry.after)?.environments ?? null) ?? {};
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (key) => (before[key] === true) !== (after[key] === true),
    );
    const [first, ...others] = changed;
    if (first === undefined) return "switched";
    const on = after[first] === true ? "on" : "off";
    return others.length > 0
      ? `switched in ${changed.length} environments`
      : `switched ${on} in ${names.environment(first)}`;
  }
  if (entry.action === "change.noted") return "explained afterwards";
  if (entry.action === "session.ended") return "freed by ending a session";
  if (verb === "reverted" && entry.revertedTo !== null) return `reverted to v${entry.revertedTo}`;
  return verbWords(verb);
}

/** What a change without a note did, after the flag's key. */
export function dueWords({ action }: Pick<ReviewDue, "action">): string {
  const [, verb = action] = action.split(".");
  return verb === "switched" ? "switched off" : verbWords(verb);
}

/** What it was done to, after its kind; empty where the kind says it all. */
export function subjectOf({ entityType, entityKey }: Pick<AuditEntry, "entityType" | "entityKey">): string {
  return entityType === "customer_source" ? "" : entityKey;
}

const ENTITY_WORDS: Record<string, string> = {
  flag: "flag",
  audience: "audience",
  environment: "environment",
  customer_source: "customer source",
  sdk_key: "SDK key",
  setting: "setting",
  change: "change",
};

export function entityWords(entityType: string): string {
  return ENTITY_WORDS[entityType] ?? entityType.replace(/_/g, " ");
}
