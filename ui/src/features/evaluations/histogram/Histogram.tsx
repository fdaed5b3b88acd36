// Calls over time as bars stacked by value, with a legend, what it leaves out, and fields for the span beside it.
import { lazy, type ReactNode, Suspense } from "react";
import { formatCount, StateGlyph } from "@/components";
import { type Bars, type Mark, type Span, stepWords, totalOf } from "./bars";
import classes from "./Histogram.module.css";

const Chart = lazy(() => import("./Chart"));
const NO_MARKS: ReadonlyArray<Mark> = [];

type Props = {
  /** What is counted, as in "Evaluations". */
  label: string;
  /** null until it was counted. */
  bars: Bars | null;
  marks?: ReadonlyArray<Mark>;
  selection?: Span | null;
  /** Choosing a span; without it the bars only show. */
  onSelect?: (span: Span | null) => void;
  /** What it does not tell, in a sentence. */
  caveat?: string | null;
  /** At the right end of the line above. */
  children?: ReactNode;
};

export function Histogram(props: Props) {
  const { label, bars, marks = NO_MARKS, selection = null, onSelect, caveat, children } = props;
  const total = bars === null ? null : totalOf(bars);
  return (
    <section className={classes.histogram} aria-label={`${label} over time`}>
      <div className={classes.line}>
        <ul className={classes.legend} aria-label="Colours">
          {bars?.layers.map(({ key, label: name, color }) => (
            <li key={key} title={name}>
              <span className={classes.swatch} data-color={color} aria-hidden />
              <span className={classes.name}>{name}</span>
            </li>
          ))}
        </ul>
        {total !== null && bars !== null && (
          <span className={classes.total}>
            {formatCount(total)} {total === 1 ? "evaluation" : "evaluations"} · {stepWords(bars.step)} bars
          </span>
        )}
        {children}
      </div>
      <div className={classes.frame}>
        {bars !== null && (
          <Suspense fallback={null}>
            <Chart {...{ label, bars, marks, selection, onSelect }} />
          </Suspense>
        )}
        {total === 0 && <p className={classes.none}>Nothing was evaluated in this time.</p>}
      </div>
      {caveat && (
        <p className={classes.caveat} role="status">
          <StateGlyph state="warning" label="" /> {caveat}
        </p>
      )}
    </section>
  );
}
