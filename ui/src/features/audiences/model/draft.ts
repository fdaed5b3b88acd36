// The draft of an audience: what was edited on top of which version, and what a newer version means for it.
// Each field is merged on its own; only one that both sides changed is asked about. Pure.
import type { Audience, AudienceChanges, Condition, JsonValue, NewAudience } from "@/contract";
import { sameValue } from "@/features/flag/model/value";
import {
  emptyTree,
  fromCondition,
  type Group,
  type NewId,
  newNodeId,
  sameCondition,
  toCondition,
} from "./tree";

/** Characters of a name, at most. */
const LONGEST_NAME = 200;

export type AudienceField = "name" | "description" | "condition";
export type Side = "mine" | "theirs";

export type AudienceDraft = {
  /** The version it was started from; null for an audience that does not exist yet. */
  base: Audience | null;
  name: string;
  description: string;
  tree: Group;
  note: string;
};

export function draftOf(audience: Audience, newId: NewId = newNodeId): AudienceDraft {
  return {
    base: audience,
    name: audience.name,
    description: audience.description,
    tree: fromCondition(audience.condition, newId),
    note: "",
  };
}

export function newDraft(newId: NewId = newNodeId): AudienceDraft {
  return { base: null, name: "", description: "", tree: emptyTree(newId), note: "" };
}

/** A new audience that starts as a copy. */
export function copyOf(audience: Audience, newId: NewId = newNodeId): AudienceDraft {
  const name = [...`Copy of ${audience.name}`].slice(0, LONGEST_NAME).join("");
  return { ...draftOf(audience, newId), base: null, name };
}

/** Asked by several at every key, of conditions of a hundred tests. */
const KNOWN = new WeakMap<AudienceDraft, ReadonlyArray<AudienceField>>();

/** The fields in which the draft differs from the version it was started from. */
export function editedFields(draft: AudienceDraft): ReadonlyArray<AudienceField> {
  const known = KNOWN.get(draft) ?? fieldsEdited(draft);
  KNOWN.set(draft, known);
  return known;
}

function fieldsEdited(draft: AudienceDraft): ReadonlyArray<AudienceField> {
  const { base } = draft;
  if (base === null) return ["name", "description", "condition"];
  const fields: Array<AudienceField> = [];
  if (draft.name !== base.name) fields.push("name");
  if (draft.description !== base.description) fields.push("description");
  if (!sameCondition(draft.tree, fromCondition(base.condition))) fields.push("condition");
  return fields;
}

/** Whether there is anything to keep: an edit, a note, or anything typed into a new one. */
export function isUntouched(draft: AudienceDraft): boolean {
  if (draft.base !== null) return editedFields(draft).length === 0 && draft.note === "";
  const { name, description, note, tree } = draft;
  return name === "" && description === "" && note === "" && sameCondition(tree, emptyTree());
}

/** What both the draft and a newer version changed, differently: somebody has to choose. */
export function conflictsWith(draft: AudienceDraft, newer: Audience): ReadonlyArray<AudienceField> {
  const { base } = draft;
  if (base === null) return [];
  return editedFields(draft).filter((field) => {
    const theirs = fieldOf(newer, field);
    return !sameValue(theirs, fieldOf(base, field)) && !sameValue(theirs, mine(draft, field));
  });
}

function fieldOf(audience: Audience, field: AudienceField): JsonValue {
  return field === "condition"
    ? (toCondition(fromCondition(audience.condition)) as JsonValue)
    : audience[field];
}

function mine(draft: AudienceDraft, field: AudienceField): JsonValue {
  return field === "condition" ? (toCondition(draft.tree) as JsonValue) : draft[field];
}

/** The draft on top of a newer version: edited fields stay mine unless chosen otherwise, the others follow. */
export function rebased(
  draft: AudienceDraft,
  newer: Audience,
  choices: { readonly [field in AudienceField]?: Side } = {},
): AudienceDraft {
  const edits = new Set(editedFields(draft));
  const keep = (field: AudienceField) => edits.has(field) && choices[field] !== "theirs";
  return {
    ...draft,
    base: newer,
    name: keep("name") ? draft.name : newer.name,
    description: keep("description") ? draft.description : newer.description,
    tree: keep("condition") ? draft.tree : fromCondition(newer.condition),
  };
}

export function changesToSend(draft: AudienceDraft): AudienceChanges {
  const fields = editedFields(draft);
  return {
    ...(fields.includes("name") ? { name: draft.name.trim() } : {}),
    ...(fields.includes("description") ? { description: draft.description } : {}),
    ...(fields.includes("condition") ? { condition: toCondition(draft.tree) } : {}),
  };
}

export function audienceToCreate(draft: AudienceDraft): NewAudience {
  const note = draft.note.trim();
  return {
    name: draft.name.trim(),
    ...(draft.description === "" ? {} : { description: draft.description }),
    condition: toCondition(draft.tree) as Condition,
    ...(note === "" ? {} : { note }),
  };
}
