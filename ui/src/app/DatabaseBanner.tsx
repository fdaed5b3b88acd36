// Says so when the database is out of reach: what it means, and that the page shows the last known state.
import { useLive } from "@/api";
import { RelativeTime } from "@/components/RelativeTime";
import { StateGlyph } from "@/components/StateGlyph";
import classes from "./DatabaseBanner.module.css";

export function DatabaseBanner() {
  const live = useLive();
  if (live?.connected !== false) return null;
  return (
    <div className={classes.banner} role="alert">
      <StateGlyph state="warning" size={16} label="Warning" />
      <p className={classes.text}>
        <strong>The database cannot be reached from this computer.</strong> Nothing can be changed until it is
        back; what you type is kept. Servers keep serving what they last knew. Below is how things stood{" "}
        <RelativeTime at={live.since} focusable />.
        {live.problem && <span className={classes.problem}> {live.problem}</span>}
      </p>
      <span className={classes.trying}>Trying again…</span>
    </div>
  );
}
