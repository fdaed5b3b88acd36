// A phrase on the page: emphasis and code as such.
import type { Phrase as Parts } from "./model/phrase";

export function Phrase({ of }: { of: Parts }) {
  return of.map((part, index) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: the parts of a sentence have no other identity
    if (typeof part === "string") return <span key={index}>{part}</span>;
    if ("code" in part) return <code key={index}>{part.code}</code>;
    return <strong key={index}>{part.strong}</strong>;
    // biome-ignore-end lint/suspicious/noArrayIndexKey: as above
  });
}
