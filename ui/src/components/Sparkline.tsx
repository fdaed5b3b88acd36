// A line as small as a word: how something went over a span of time. Drawn as plain SVG, so that a list may have one
// in each row.
import { memo } from "react";
import classes from "./Sparkline.module.css";

type Props = {
  /** Oldest first. */
  counts: ReadonlyArray<number>;
  /** What it shows, for those who hear it and on hover. */
  label: string;
  tone?: "plain" | "killed" | "quiet";
};

const WIDTH = 64;
const HEIGHT = 18;
const EDGE = 1.5;

export const Sparkline = memo(function Sparkline({ counts, label, tone = "plain" }: Props) {
  return (
    <svg
      className={classes.sparkline}
      data-tone={tone}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <path d={pathOf(counts)} />
    </svg>
  );
});

/** From left to right over the whole width; nothing lies on the ground. */
export function pathOf(counts: ReadonlyArray<number>): string {
  const most = Math.max(...counts, 1);
  const line = counts.length === 0 ? [0, 0] : counts.length === 1 ? [counts[0] ?? 0, counts[0] ?? 0] : counts;
  return line
    .map((count, index) => {
      const x = (index / (line.length - 1)) * (WIDTH - 2 * EDGE) + EDGE;
      const y = HEIGHT - EDGE - (count / most) * (HEIGHT - 2 * EDGE);
      return `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`;
    })
    .join("");
}

function round(position: number): number {
  return Math.round(position * 10) / 10;
}
