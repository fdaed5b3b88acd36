// The bars themselves, drawn by uPlot; loaded when the first histogram is shown. Dragging chooses a span, and so do
// the arrow keys with Enter.
import { useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import "./language";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCount } from "@/components";
import { type Bars, barSpan, type Mark, type Span, snapped, spanWords, stacked } from "./bars";
import classes from "./Histogram.module.css";

export type ChartProps = {
  label: string;
  bars: Bars;
  marks: ReadonlyArray<Mark>;
  selection: Span | null;
  onSelect: ((span: Span | null) => void) | undefined;
};

const HEIGHT = 92;
/** Less is a click, in pixels. */
const LEAST_DRAG = 3;

export default function Chart({ label, bars, marks, selection, onSelect }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useComputedColorScheme("light");
  const latest = useRef({ bars, marks, onSelect });
  latest.current = { bars, marks, onSelect };
  const colors = bars.layers.map(({ color }) => color).join();

  // Made anew only for other layers; new counts are given to the one that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes otherwise is read from `latest`
  useEffect(() => {
    const place = frame.current;
    if (!place) return;
    const made = new UPlot(
      options(place.clientWidth, latest, setPointed),
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
      setPointed(next);
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

  const readout = pointed === null ? null : reading(bars, pointed);
  return (
    <div className={classes.chart}>
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
        onBlur={() => setPointed(null)}
      />
      {readout !== null && (
        <p className={classes.readout} aria-hidden>
          {readout}
        </p>
      )}
    </div>
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

type Latest = { current: Pick<ChartProps, "bars" | "marks" | "onSelect"> };

function options(width: number, latest: Latest, point: (index: number | null) => void): UPlot.Options {
  const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const layers = [...latest.current.bars.layers].reverse();
  const drawn = UPlot.paths.bars?.({ size: [0.86, 40, 1], align: 0 });
  return {
    width,
    height: HEIGHT,
    padding: [4, 0, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: latest.current.onSelect !== undefined, y: false, setScale: false },
    },
    scales: {
      x: {
        time: true,
        range: () => {
          const { from, step, length } = latest.current.bars;
          return [from / 1000, (from + step * length) / 1000];
        },
      },
      y: { range: (_, __, max) => [0, Math.max(max, 1)] },
    },
    axes: [
      {
        stroke: () => token("--faint"),
        font: "11px Inter Variable, sans-serif",
        grid: { show: false },
        ticks: { show: false },
        size: 20,
        gap: 4,
        space: 90,
        values: (_, moments) => moments.map((at) => axisTime(at * 1000)),
      },
      { show: false },
    ],
    series: [
      {},
      ...layers.map(({ color }) => ({
        ...(drawn ? { paths: drawn } : {}),
        fill: () => token(color === 5 ? "--border-strong" : `--v${color}`),
        width: 0,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [
        (made) =>
          point(made.cursor.left !== undefined && made.cursor.left >= 0 ? (made.cursor.idx ?? null) : null),
      ],
      setSelect: [
        (made) => {
          const { left, width: wide } = made.select;
          const { bars, onSelect } = latest.current;
          if (wide < LEAST_DRAG) return;
          const at = (position: number) => made.posToVal(position, "x") * 1000;
          onSelect?.(snapped(bars, at(left), at(left + wide)));
        },
      ],
      draw: [(made) => drawMarks(made, latest.current.marks, token)],
    },
  };
}

/** "15:40", or the day at midnight. */
function axisTime(at: number): string {
  const date = new Date(at);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  return new Intl.DateTimeFormat(
    "en-GB",
    midnight ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit" },
  ).format(date);
}

/** A dashed line at each, with its label at the top where there is room. */
function drawMarks(made: UPlot, marks: ReadonlyArray<Mark>, token: (name: string) => string): void {
  const { ctx, bbox } = made;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = token("--text");
  ctx.fillStyle = token("--text");
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.font = `${11 * ratio}px Inter Variable, sans-serif`;
  let free = bbox.left;
  for (const { at, label } of marks) {
    const x = Math.round(made.valToPos(at / 1000, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const wide = ctx.measureText(label).width + 8 * ratio;
    const start = x + wide > bbox.left + bbox.width ? x - wide : x;
    if (start < free) continue;
    ctx.fillText(label, start + 4 * ratio, bbox.top + 10 * ratio);
    free = start + wide;
  }
  ctx.restore();
}
