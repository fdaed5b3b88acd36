// A key that gives way in its middle: keys differ at both ends.
import { splitForMiddle } from "./format";
import classes from "./KeyText.module.css";

export function KeyText({ text }: { text: string }) {
  const [head, tail] = splitForMiddle(text);
  return (
    <code className={classes.key} title={text}>
      <span className={classes.head}>{head}</span>
      {tail && <span className={classes.tail}>{tail}</span>}
    </code>
  );
}
