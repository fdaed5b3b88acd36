// What is different between two versions of an audience, a sentence each.
import { plainText } from "@/features/flag/model/phrase";
import { Phrase } from "@/features/flag/Phrase";
import classes from "./HistoryDrawer.module.css";
import { audienceChanges, type Content } from "./version-changes";

export function Changes({ from, to }: { from: Content; to: Content }) {
  const changes = audienceChanges(from, to);
  if (changes.length === 0) return <p className="muted">Nothing of it changed</p>;
  return (
    <ul className={classes.changes}>
      {changes.map((change) => (
        <li key={plainText(change)} dir="auto">
          <Phrase of={change} />
        </li>
      ))}
    </ul>
  );
}
