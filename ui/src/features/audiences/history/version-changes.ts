// What changed from one version of an audience to another, in sentences: tests that came, went or read otherwise, and
// whether they are combined otherwise. Pure.
import type { AudienceVersion, Condition, JsonValue } from "@/contract";
import { code, type Phrase, strong } from "@/features/flag/model/phrase";
import { sameValue } from "@/features/flag/model/value";
import { attributeLabel, conditionSentence, leafWords } from "../model/summary";
import { type Combinator, fromCondition, type Group, type Leaf } from "../model/tree";

export type Content = Pick<AudienceVersion, "name" | "description" | "condition">;

/** A test with the groups around it, but for the outermost, from outside in. */
type Placed = { leaf: Leaf; within: ReadonlyArray<Combinator> };

const HELD: Record<Combinator, string> = {
  all: "all of these have to hold",
  any: "any one of these is enough",
  none: "none of these may hold",
};

export function sameContent(a: Content, b: Content): boolean {
  return (
    a.name === b.name &&
    a.description === b.description &&
    sameValue(a.condition as JsonValue, b.condition as JsonValue)
  );
}

/** The whole condition as a sentence. */
export function conditionPhrase(condition: Condition | null): Phrase {
  return condition === null ? ["It could not be read as a condition."] : conditionSentence(treeOf(condition));
}

export function audienceChanges(from: Content, to: Content): ReadonlyArray<Phrase> {
  const changes: Array<Phrase> = [];
  if (from.name !== to.name) changes.push(["Renamed: ", strong(from.name), " → ", strong(to.name)]);
  if (from.description !== to.description) {
    changes.push([to.description === "" ? "Description taken away" : "Description changed"]);
  }
  if (sameValue(from.condition as JsonValue, to.condition as JsonValue)) return changes;
  if (from.condition === null || to.condition === null) {
    return [...changes, ["Condition: ", ...conditionPhrase(to.condition)]];
  }
  return [...changes, ...conditionChanges(from.condition, to.condition)];
}

function conditionChanges(from: Condition, to: Condition): ReadonlyArray<Phrase> {
  const [before, after] = [treeOf(from), treeOf(to)];
  const gone = placed(before);
  const come = placed(after);
  const kept = pairs(gone, come, ({ leaf }) => leafWords(leaf));
  const edited = pairs(gone, come, ({ leaf }) => subject(leaf));
  const changes: Array<Phrase> = [
    ...edited.map(([was, is]): Phrase => [code(leafWords(was.leaf)), " → ", code(leafWords(is.leaf))]),
    ...come.map(({ leaf }): Phrase => ["Added: ", code(leafWords(leaf))]),
    ...gone.map(({ leaf }): Phrase => ["Taken out: ", code(leafWords(leaf))]),
  ];
  const outermost = outermostChange(before, after);
  if (outermost !== null) {
    changes.push([outermost]);
  } else if ([...kept, ...edited].some(([was, is]) => was.within.join() !== is.within.join())) {
    changes.push(["Combined otherwise: ", ...conditionSentence(after)]);
  }
  return changes.length > 0 ? changes : [["In another order: ", ...conditionSentence(after)]];
}

/** What the outermost group asks for, where that changed and means something: of one test, all and any are the same. */
function outermostChange(before: Group, after: Group): string | null {
  if (before.combinator === after.combinator) return null;
  if (isLone(after)) return before.combinator === "none" ? "Now it has to hold" : null;
  if (!isLone(before)) return `Now ${HELD[after.combinator]}; before, ${HELD[before.combinator]}`;
  return after.combinator === "all" ? null : `Now ${HELD[after.combinator]}`;
}

const isLone = ({ combinator, children }: Group) => combinator !== "none" && children.length === 1;

/** Takes out of both lists what matches, in order, and answers the pairs. */
function pairs(
  gone: Array<Placed>,
  come: Array<Placed>,
  by: (placed: Placed) => string,
): ReadonlyArray<readonly [Placed, Placed]> {
  const found: Array<readonly [Placed, Placed]> = [];
  for (const was of [...gone]) {
    const index = come.findIndex((is) => by(is) === by(was));
    const is = come[index];
    if (!is) continue;
    come.splice(index, 1);
    gone.splice(gone.indexOf(was), 1);
    found.push([was, is]);
  }
  return found;
}

/** What a test looks at: two tests of the same are one that was edited. */
function subject(leaf: Leaf): string {
  return leaf.event === null ? `attribute ${attributeLabel(leaf)}` : `event ${leaf.event.event}`;
}

function placed(group: Group, within: ReadonlyArray<Combinator> = []): Array<Placed> {
  return group.children.flatMap((child) => {
    if (child.kind === "leaf") return [{ leaf: child, within }];
    return placed(child, isLone(child) ? within : [...within, child.combinator]);
  });
}

/** Without groups around a sole group: they say nothing. */
function treeOf(condition: Condition): Group {
  let last = 0;
  let tree = fromCondition(condition, () => String(++last));
  for (let [only] = tree.children; isLone(tree) && only?.kind === "group"; [only] = tree.children)
    tree = only;
  return tree;
}
