// The list of audiences: found by name, description or condition, in an order. Pure.
import type { Sort } from "@/components";
import type { Audience } from "@/contract";
import { plainText } from "@/features/flag/model/phrase";
import { conditionSentence } from "./summary";
import { fromCondition } from "./tree";

export type ListedAudience = {
  audience: Audience;
  /** The condition in a sentence. */
  summary: string;
  /** What the filter looks in, in lower case. */
  searched: string;
};

const noId = () => "";

export function indexAudiences(audiences: ReadonlyArray<Audience>): ReadonlyArray<ListedAudience> {
  return audiences.map((audience) => {
    const sentence = plainText(conditionSentence(fromCondition(audience.condition, noId)));
    // The column says "Customers whose" once for all rows.
    const summary = sentence.replace(/^Customers (?:whose )?/, "").replace(/\.$/, "");
    const searched = [audience.name, audience.description, summary, ...audience.usedBy.map(({ key }) => key)];
    return { audience, summary, searched: searched.join("\n").toLowerCase() };
  });
}

/** Those with every word of `search`, in the order of `sort`. */
export function shownAudiences(
  listed: ReadonlyArray<ListedAudience>,
  search: string,
  sort: Sort,
): ReadonlyArray<ListedAudience> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const turn = sort.direction === "ascending" ? 1 : -1;
  const compare = COMPARISONS[sort.column] ?? byName;
  return listed
    .filter(({ searched }) => words.every((word) => searched.includes(word)))
    .sort((a, b) => turn * compare(a.audience, b.audience) || byName(a.audience, b.audience));
}

const byName = (a: Audience, b: Audience) => a.name.localeCompare(b.name);

const COMPARISONS: Record<string, (a: Audience, b: Audience) => number> = {
  name: byName,
  used: (a, b) => a.usedBy.length - b.usedBy.length,
  changed: (a, b) => a.updatedAt.localeCompare(b.updatedAt),
};
