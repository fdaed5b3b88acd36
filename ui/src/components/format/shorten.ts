// Shortening what does not fit.

/** Keeps both ends of a key, where keys differ: "checkout-…-rollout-v2". `length` counts the result. */
export function shortenMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  if (length <= 1) return "…";
  const tail = Math.floor((length - 1) / 2);
  const head = length - 1 - tail;
  return `${text.slice(0, head)}…${tail > 0 ? text.slice(-tail) : ""}`;
}

/** Where to cut a text in two so that its middle can give way to an ellipsis: the tail always shows. */
export function splitForMiddle(text: string, tail = 8): [string, string] {
  return text.length <= tail * 2 ? [text, ""] : [text.slice(0, -tail), text.slice(-tail)];
}
