// Calls over time as bars stacked by value, with a legend that counts them, what it leaves out, and fields for the
// span beside it.
import { lazy, type ReactNode, Suspense, useState } from "react";
import { formatCount, formatCounted, StateGlyph } from "@/components";
import { type Bars, barSpan, countOf, type Mark, type Span, spanWords, stepWords, totalOf } from "./bars";
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
  const [pointed, setPointed] = useState<number | null>(null);
  /** Other bars may be fewer. */
  const index = pointed !== null && bars !== null && pointed < bars.length ? pointed : null;
  const isEmpty = bars !== null && totalOf(bars) === 0;
  return (
    <section className={classes.histogram} aria-label={`${label} over time`}>
      <div className={classes.line}>
        <div className={classes.legend}>
          {bars !== null && (
            <span
              className={classes.total}
              data-pointed={index !== null}
              title={`Each bar is ${stepWords(bars.step)} long`}
            >
              {index === null
                ? formatCounted(totalOf(bars), "evaluation")
                : `${spanWords(barSpan(bars, index), new Date())} · ${formatCount(totalOf(bars, index))}`}
            </span>
          )}
          <ul aria-label="Colours">
            {bars?.layers.map((layer) => (
              <li key={layer.key} title={layer.label}>
                <span className={classes.swatch} data-color={layer.color} aria-hidden />
                <bdi className={classes.name}>{layer.label}</bdi>
                <span className={classes.count}>{formatCount(countOf(layer, index))}</span>
              </li>
            ))}
          </ul>
        </div>
        {children}
      </div>
      <div className={classes.frame}>
        {bars !== null && (
          <Suspense fallback={null}>
            <Chart {...{ label, bars, marks, selection, onSelect }} pointed={index} onPoint={setPointed} />
          </Suspense>
        )}
        {isEmpty && <p className={classes.none}>Nothing was evaluated in this time.</p>}
      </div>
      {caveat && (
        <p className={classes.caveat} role="status">
          <StateGlyph state="warning" label="" /> {caveat}
        </p>
      )}
    </section>
  );
}
