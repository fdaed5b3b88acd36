// The board while nothing can be changed from here: what still works, and the statement to run by hand.
import { useDatabaseGone } from "@/api";
import { ByHand } from "../kill/ByHand";
import classes from "./AwayNote.module.css";

/** `flag`: the key of the flag that the keyboard is on. */
export function AwayNote({ flag }: { flag: string | null }) {
  const gone = useDatabaseGone();
  if (!gone) return null;
  return (
    <div className={classes.note} role="status">
      <p>
        <strong>Kills from here are tried until they get through.</strong> Cards show the last known state.
      </p>
      {flag !== null && <ByHand flag={flag} />}
    </div>
  );
}
