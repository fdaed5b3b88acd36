// What was done, as choices of a filter. Pure.
import { entityWords, verbWords } from "./changes";

export type ActionChoice = { value: string; label: string };

/** In the order of the items people look for most; `actions` are those that there are. */
export function actionChoices(actions: ReadonlyArray<string>): ReadonlyArray<ActionChoice> {
  return actions
    .map((value) => ({ value, label: choiceWords(value) }))
    .sort((a, b) => rank(a.value) - rank(b.value) || a.label.localeCompare(b.label, "en"));
}

const ITEMS = ["flag", "audience", "environment", "change"];

function rank(action: string): number {
  const index = ITEMS.indexOf(action.split(".")[0] ?? "");
  return index < 0 ? ITEMS.length : index;
}

function choiceWords(action: string): string {
  if (action === "change.noted") return "Note added afterwards";
  if (action === "session.ended") return "Session ended that held a flag";
  const [item = action, verb = ""] = action.split(".");
  const words = `${entityWords(item)} ${verbWords(verb)}`.trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
