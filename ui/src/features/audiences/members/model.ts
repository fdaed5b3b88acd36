// Which of the compared values a narrow list of members shows. Pure.
import type { AudienceSample, Member } from "@/contract";
import { sameValue } from "@/features/flag/model/value";

/** Columns beside the name. */
export const SHOWN_VALUES = 2;

/**
 * Indices of the compared values to show: first those in which the members differ, for what is the same for all of
 * them says nothing; else in the order of the condition.
 */
export function shownValues(
  { compared }: Pick<AudienceSample, "compared">,
  members: ReadonlyArray<Member>,
): ReadonlyArray<number> {
  const indices = compared.map((_, index) => index);
  const differ = (index: number) => {
    const first = members[0]?.values[index] ?? null;
    return members.some(({ values }) => !sameValue(values[index] ?? null, first));
  };
  const differing = indices.filter(differ);
  const others = indices.filter((index) => !differing.includes(index));
  return [...differing, ...others].slice(0, SHOWN_VALUES).sort((a, b) => a - b);
}

/** What a member is called in one line. */
export function memberName({ name, email, entityId }: Pick<Member, "name" | "email" | "entityId">): string {
  return name || email || entityId;
}
