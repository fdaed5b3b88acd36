// A kill or restore that was refused: why, and what to do where the database itself takes no changes.
import { ErrorNote } from "@/components";
import type { CommandFailure } from "@/platform";
import { ByHand } from "./ByHand";

type Props = {
  title: string;
  failure: CommandFailure;
  /** The flag's key. */
  flag: string;
  onRetry?: () => void;
};

export function Refused({ title, failure, flag, onRetry }: Props) {
  const retry = onRetry ? { onRetry } : {};
  if (failure.code !== "read_only") return <ErrorNote title={title} failure={failure} {...retry} />;
  return (
    <ErrorNote title={title} failure={failure} {...retry}>
      <p>
        Servers read the same database and go on serving what they serve now. Connect to the primary, or end
        the read-only mode, and run the statement there.
      </p>
      <ByHand flag={flag} />
    </ErrorNote>
  );
}
