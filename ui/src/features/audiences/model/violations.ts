// Which field or row each refusal of the backend belongs to. Pure.
import type { Violation } from "@/contract";
import type { LeafField, NodeProblems, Problems } from "./check";
import { type Group, nodeAt } from "./tree";

export type Refusals = {
  /** By node of the condition. */
  nodes: Problems;
  /** By field of the audience: `name`, `description`, `note`. */
  fields: { readonly [field in string]?: string };
};

export const NO_REFUSALS: Refusals = { nodes: new Map(), fields: {} };

const LEAF_FIELDS: ReadonlyArray<string> = [
  "attribute",
  "path",
  "type",
  "operator",
  "value",
  "ignoreCase",
  "event",
  "times",
  "withinDays",
] satisfies ReadonlyArray<LeafField>;

/** `sent` is the tree that was sent, whose order the paths count in. */
export function refusals(violations: ReadonlyArray<Violation>, sent: Group): Refusals {
  const nodes = new Map<string, NodeProblems>();
  const fields: Record<string, string> = {};
  for (const { path, message } of violations) {
    const sentence = asSentence(message);
    const at = nodeAt(sent, path);
    if (at) {
      const field = (LEAF_FIELDS.includes(at.field) ? at.field : "") as LeafField | "";
      const own = nodes.get(at.id) ?? {};
      nodes.set(at.id, { ...own, [field]: own[field] ? `${own[field]} ${sentence}` : sentence });
    } else {
      const field = /^(?:changes\.)?([A-Za-z]+)/.exec(path)?.[1] ?? "";
      fields[field] = fields[field] ? `${fields[field]} ${sentence}` : sentence;
    }
  }
  return { nodes, fields };
}

/** "is empty; add a condition" beside its field reads as a sentence of its own. */
function asSentence(message: string): string {
  const text = message.trim();
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
