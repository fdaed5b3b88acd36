// What changed between two states of a flag, one sentence each.
import type { Flag } from "@/contract";
import { changeSentences, type Names } from "../model/changes";
import { plainText } from "../model/phrase";
import { Phrase } from "../Phrase";
import classes from "./History.module.css";

export function Changes({ from, to, names }: { from: Flag; to: Flag; names: Names }) {
  const sentences = changeSentences(from, to, names);
  if (sentences.length === 0) return <p className={classes.summary}>No change to the flag itself</p>;
  return (
    <ul className={classes.sentences} aria-label="Changes">
      {sentences.map((sentence) => (
        <li key={plainText(sentence)}>
          <Phrase of={sentence} />
        </li>
      ))}
    </ul>
  );
}
