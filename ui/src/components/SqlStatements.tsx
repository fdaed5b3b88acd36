// Statements for somebody who may run them in the database, to be copied.
import { CopyButton } from "./CopyButton";
import classes from "./SqlStatements.module.css";

type Props = {
  statements: ReadonlyArray<string>;
  /** What they do, as in "the statements that make the indexes". */
  what: string;
};

export function SqlStatements({ statements, what }: Props) {
  const text = statements.join("\n");
  return (
    <div className={classes.box}>
      <pre className={classes.text} data-selectable>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
