// What would change it: the first few ways, the rest on request.
import { IconBolt } from "@tabler/icons-react";
import { useState } from "react";
import type { Why } from "@/contract";
import { plainText } from "../flag/model/phrase";
import { Phrase } from "../flag/Phrase";
import classes from "./Flips.module.css";
import { flipLines, NAMED_FLIPS, noFlip } from "./flips";

export function Flips({ why, environmentName }: { why: Why; environmentName: string }) {
  const [all, setAll] = useState(false);
  const nothing = noFlip(why, environmentName);
  const lines =
    nothing === null ? flipLines(why, environmentName, all ? why.flips.length : NAMED_FLIPS) : [[nothing]];
  const left = all ? 0 : why.flips.length - NAMED_FLIPS;
  if (lines.length === 0) return null;
  return (
    <div className={classes.flips}>
      <ul className={classes.lines} aria-label="What would change it" data-selectable>
        {lines.map((line) => (
          <li key={plainText(line)}>
            <IconBolt size={16} stroke={1.75} aria-hidden className={classes.bolt} />
            <span>
              <Phrase of={line} />
            </span>
          </li>
        ))}
      </ul>
      {left > 0 && (
        <button type="button" className={classes.more} onClick={() => setAll(true)}>
          {left} more {left === 1 ? "way" : "ways"}
        </button>
      )}
    </div>
  );
}
