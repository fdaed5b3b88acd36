// The bars themselves, drawn by uPlot; loaded when the first histogram is shown. Dragging chooses a span, and so do
// the arrow keys with Enter.
import "./language";
import { useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCount } from "@/components";
import { type Bars, barSpan, type Span, spanWords, stacked } from "./bars";
import { chartOptions, type Drawn, HEIGHT } from "./chart-options";
import classes from "./Histogram.module.css";

export type ChartProps = Drawn & {
  label: string;
  selection: Span | null;
  /** The bar that the pointer or the keyboard is on; null: none. */
  pointed: number | null;
  onPoint: (index: number | null) => void;
};

export default function Chart(props: ChartProps) {
  const { label, bars, marks, selection, onSelect, pointed, onPoint } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const scheme = useComputedColorScheme("light");
  const latest = useRef({ bars, marks, onSelect, onPoint });
  latest.current = { bars, marks, onSelect, onPoint };
  const colors = bars.layers.map(({ color }) => color).join();

  // Made anew only for other layers; new counts are given to the one that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes otherwise is read from `latest`
  useEffect(() => {
    const place = frame.current;
    if (!place) return;
    const made = new UPlot(
      chartOptions(place.clientWidth, latest, (index) => latest.current.onPoint(index)),
      stacked(latest.current.bars) as never,
      place,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: HEIGHT }));
    observer.observe(place);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [colors]);

  useEffect(() => plot.current?.setData(stacked(bars) as never), [bars]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours and marks are read while drawing
  useEffect(() => plot.current?.redraw(), [scheme, marks]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other bars lie elsewhere
  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    if (!selection) made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    else {
      const edge = (at: number) =>
        Math.min(Math.max(made.valToPos(at / 1000, "x"), 0), made.over.clientWidth);
      const left = edge(selection.from);
      made.setSelect(
        { left, top: 0, width: edge(selection.to) - left, height: made.over.clientHeight },
        false,
      );
    }
  }, [selection, bars]);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = pointed ?? bars.length - 1;
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: bars.length - 1,
    };
    const move = moves[event.key];
    if (move !== undefined) {
      const next = Math.min(Math.max(move, 0), bars.length - 1);
      onPoint(next);
      if (event.shiftKey && onSelect) {
        const span = barSpan(bars, next);
        onSelect({
          from: Math.min(selection?.from ?? barSpan(bars, at).from, span.from),
          to: Math.max(selection?.to ?? barSpan(bars, at).to, span.to),
        });
      }
    } else if (event.key === "Enter" && pointed !== null) onSelect?.(barSpan(bars, pointed));
    else if (event.key === "Escape" && selection) onSelect?.(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={frame}
      className={classes.plot}
      role="slider"
      tabIndex={0}
      aria-label={`${label}. Arrow keys read it${onSelect ? ", Enter shows only that time, with Shift a span" : ""}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(bars.length - 1, 0)}
      aria-valuenow={pointed ?? Math.max(bars.length - 1, 0)}
      aria-valuetext={reading(bars, pointed ?? bars.length - 1)}
      data-brushable={onSelect !== undefined}
      onKeyDown={onKeyDown}
      onBlur={() => onPoint(null)}
    />
  );
}

/** "15:40 – 15:50: true 12, false 30" */
function reading(bars: Bars, index: number): string {
  if (index < 0 || index >= bars.length) return "nothing";
  const parts = bars.layers.flatMap(({ label, counts }) =>
    counts[index] ? [`${label} ${formatCount(counts[index])}`] : [],
  );
  const when = spanWords(barSpan(bars, index), new Date());
  return `${when}: ${parts.length > 0 ? parts.join(", ") : "none"}`;
}
