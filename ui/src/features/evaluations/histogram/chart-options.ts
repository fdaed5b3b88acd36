// How the bars are drawn: what `uPlot` is told once, with colours that it asks for each time it draws.
import "./language";
import UPlot from "uplot";
import type { Bars, LayerColor, Mark, Span } from "./bars";
import { sharedLabels, snapped } from "./bars";

/** What may be another one while the chart stays. */
export type Drawn = {
  bars: Bars;
  marks: ReadonlyArray<Mark>;
  onSelect: ((span: Span | null) => void) | undefined;
};
type Latest = { current: Drawn };

export const HEIGHT = 92;
/** Less is a click, in pixels. */
const LEAST_DRAG = 3;
/** Room for a label of the axis, in pixels. */
const LABEL_SPACE = 90;

export function chartOptions(
  width: number,
  latest: Latest,
  point: (index: number | null) => void,
): UPlot.Options {
  const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // As the edges of `stacked`: the uppermost first, so that those below are drawn over it.
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
        space: LABEL_SPACE,
        values: (made, moments) => moments.map((at) => (isWhole(made, at) ? axisTime(at * 1000) : "")),
      },
      { show: false },
    ],
    series: [
      {},
      ...layers.map(({ color }) => ({
        ...(drawn ? { paths: drawn } : {}),
        fill: () => fillOf(color, token),
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

const TOKENS: { readonly [color in LayerColor]?: string } = {
  5: "--v0",
  killed: "--kill",
  off: "--v0",
  warning: "--warn",
};

function fillOf(color: LayerColor, token: (name: string) => string): CanvasPattern | string {
  const plain = token(TOKENS[color] ?? `--v${color}`);
  return color === "off" || color === 5 ? (hatched(plain) ?? plain) : plain;
}

/** Fine lines of a colour from the lower left to the upper right. */
function hatched(color: string): CanvasPattern | null {
  const tile = document.createElement("canvas");
  const side = Math.round(4 * devicePixelRatio);
  tile.width = side;
  tile.height = side;
  const context = tile.getContext("2d");
  if (!context) return null;
  context.strokeStyle = color;
  context.lineWidth = side / 2.6;
  context.beginPath();
  for (const shift of [-side, 0, side]) {
    context.moveTo(shift - 1, side + 1);
    context.lineTo(shift + side + 1, -1);
  }
  context.stroke();
  return context.createPattern(tile, "repeat");
}

/** Whether a label in the middle under a moment would not be cut at either end. */
function isWhole(made: UPlot, at: number): boolean {
  const position = made.valToPos(at, "x");
  const half = 20;
  return position >= half && position <= made.over.clientWidth - half;
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

/** A dashed line at each, with its label beside its top; those too close to each other share one. */
function drawMarks(made: UPlot, marks: ReadonlyArray<Mark>, token: (name: string) => string): void {
  const { ctx, bbox } = made;
  const ratio = devicePixelRatio;
  const edge = bbox.left + bbox.width;
  ctx.save();
  ctx.strokeStyle = token("--text");
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.font = `${11 * ratio}px Inter Variable, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const placed = marks
    .map(({ at, label }) => ({ label, at: Math.round(made.valToPos(at / 1000, "x", true)) }))
    .filter(({ at }) => at >= bbox.left && at <= edge);
  for (const { at } of placed) {
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
  }
  const pad = 4 * ratio;
  const width = (label: string) => ctx.measureText(label).width + 2 * pad;
  for (const { at, label } of sharedLabels(placed, width)) {
    const wide = width(label);
    const start = at + wide > edge ? at - wide : at;
    ctx.fillStyle = token("--surface");
    ctx.fillRect(start + ratio, bbox.top, wide - 2 * ratio, 16 * ratio);
    ctx.fillStyle = token("--text");
    ctx.fillText(label, start + pad, bbox.top + 8 * ratio);
  }
  ctx.restore();
}
