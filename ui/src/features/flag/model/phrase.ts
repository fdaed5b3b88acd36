// A phrase: a sentence with its emphasised and code parts kept apart from their looks.
// The page renders it with <Phrase>, a ticket gets it as plain text. Knows no React.

export type PhrasePart = string | { code: string } | { strong: string };
export type Phrase = ReadonlyArray<PhrasePart>;

export const code = (text: string): PhrasePart => ({ code: text });
export const strong = (text: string): PhrasePart => ({ strong: text });

/** The phrase as plain text; code is set in backticks, as tickets and chats expect. */
export function plainText(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === "string") return part;
      return "code" in part ? `\`${part.code}\`` : part.strong;
    })
    .join("");
}

/** "a", "a and b", "a, b and c". */
export function listInWords(items: ReadonlyArray<string>): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}
