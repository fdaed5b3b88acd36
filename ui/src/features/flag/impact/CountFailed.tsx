// A count that failed, beside where its number would stand: what happened, that nothing is known now, what to do. Only
// reading failed, so what a failed change may have done is not what is said here.
import { ErrorNote } from "@/components";
import type { ErrorCode } from "@/contract";
import type { CommandFailure } from "@/platform";

type Props = {
  /** As in "The impact could not be counted." */
  title: string;
  failure: CommandFailure;
  onRetry: () => void;
  /** What can be done without knowing, as in "Saving". */
  act?: string;
};

export function CountFailed({ title, failure, onRetry, act }: Props) {
  const meaning = MEANINGS[failure.code];
  const possible = act !== undefined && failure.code !== "database_unavailable";
  if (meaning === undefined && !possible) {
    return <ErrorNote title={title} failure={failure} onRetry={onRetry} />;
  }
  return (
    <ErrorNote title={title} failure={failure} onRetry={onRetry}>
      {meaning && <p className="muted">{meaning}</p>}
      {possible && <p className="muted">{act} is possible all the same; whom it moves is not known.</p>}
    </ErrorNote>
  );
}

const MEANINGS: Partial<Record<ErrorCode, string>> = {
  timeout:
    "Counting only reads: trying again changes nothing. If it stays slow, see whether Settings, Customer source names an index that is missing.",
  database_unavailable: "It is counted again by itself once the database answers.",
  permission_denied:
    "The database role you are logged in as may not read the customers. Settings, Customer source has the statement that lets it.",
};
