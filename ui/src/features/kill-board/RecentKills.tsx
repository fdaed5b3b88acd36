// The last kills and restores of any flag: what, who, when and why.
import { RelativeTime, StateGlyph } from "@/components";
import type { KillEntry } from "@/contract";
import classes from "./RecentKills.module.css";

export function RecentKills({ recent, large }: { recent: ReadonlyArray<KillEntry>; large: boolean }) {
  return (
    <section className={classes.place} data-large={large} aria-labelledby="recent-kills">
      <h2 id="recent-kills" className={classes.title}>
        Recent kills
      </h2>
      {recent.length === 0 && <p className={classes.none}>Nothing was killed yet.</p>}
      <ul className={classes.list}>
        {recent.map(({ seq, at, actor, action, flagKey, note }) => {
          const killed = action === "flag.killed";
          return (
            <li key={seq} className={classes.entry}>
              <StateGlyph state={killed ? "killed" : "serving"} label="" />
              <span className={classes.what} title={note === "" ? actor : `${actor}: ${note}`}>
                <code>{flagKey}</code> {killed ? "killed" : "restored"} by {actor} <RelativeTime at={at} />
                {note !== "" && <span className={classes.note}> · “{note}”</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
