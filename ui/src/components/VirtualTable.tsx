// A list of any length: a grid that draws the rows in sight, moves by keyboard, sorts by its headers, and comes
// back to where it was left. One row at a time takes part in Tab order; ↑ ↓ Home End PgUp PgDn move it.
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  Fragment,
  type KeyboardEvent,
  memo,
  type ReactNode,
  type Ref,
  type SyntheticEvent,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { keep, recall } from "@/app/kept";
import classes from "./VirtualTable.module.css";

export type CellContext = {
  /** The row that the keyboard is on: only its controls take part in Tab order. */
  active: boolean;
  /** For the `tabIndex` of controls inside the cell. */
  tabIndex: 0 | -1;
};

export type Column<Row> = {
  id: string;
  /** For those who hear the table, and as header unless `header` is given; "" shows none. */
  label: string;
  header?: ReactNode;
  /** A grid track, as in `minmax(0, 1fr)`, `120px` or a custom property that a style sheet sets. */
  width: string;
  align?: "start" | "center" | "end";
  sortable?: boolean;
  cell: (row: Row, context: CellContext) => ReactNode;
};

export type Sort = { column: string; direction: "ascending" | "descending" };

/** What a page may ask of its table. */
export type TableHandle = {
  /** Puts the keyboard on the first row in sight, or the one it was on. */
  focus: () => void;
};

type Props<Row> = {
  /** What is listed, as in "Flags". */
  label: string;
  columns: ReadonlyArray<Column<Row>>;
  rows: ReadonlyArray<Row>;
  rowKey: (row: Row) => string;
  /** Enter or click. */
  onOpen?: (row: Row) => void;
  /** `killed` tints the row; `quiet` greys it. */
  rowTone?: (row: Row) => "killed" | "quiet" | undefined;
  /** Rows that follow each other with the same answer stand under one heading. */
  groupOf?: (row: Row) => string;
  selectedKey?: string | undefined;
  sort?: Sort | undefined;
  onSort?: (sort: Sort) => void;
  /** Under this name the place is kept while another page is open. */
  placeKey?: string;
  /** Shown instead of rows when there are none. */
  empty?: ReactNode;
  /** How many there are altogether, when `rows` is only a part; null when unknown. */
  total?: number | null;
  /** Called when the end comes in sight: load more. */
  onEndInSight?: () => void;
  /** Called when the first row comes in sight: load what was before it. */
  onStartInSight?: () => void;
  /** Rows that come in above do not move those in sight. */
  keepsPlace?: boolean;
  /** Under the last row, as in "Loading more…". */
  footer?: ReactNode;
  /** More keys on a row. */
  onRowKeyDown?: (event: KeyboardEvent<HTMLDivElement>, row: Row) => void;
  handle?: Ref<TableHandle>;
};

const ROW_HEIGHT = 38;
const HEADER_HEIGHT = 30;
const GROUP_HEIGHT = 32;

export function VirtualTable<Row>(props: Props<Row>) {
  const { label, columns, rows, rowKey, onOpen, rowTone, selectedKey, sort, onSort, placeKey, empty, total } =
    props;
  const { onEndInSight, onStartInSight, keepsPlace = false, footer, onRowKeyDown, handle, groupOf } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const place = placeKey ? recall<{ top: number; active: string | null }>(placeKey) : undefined;
  const [activeKey, setActiveKey] = useState<string | null>(place?.active ?? null);
  const template = columns.map(({ width }) => width).join(" ");

  const found = useMemo(
    () => (activeKey === null ? -1 : rows.findIndex((row) => rowKey(row) === activeKey)),
    [rows, rowKey, activeKey],
  );
  const activeIndex = Math.max(found, 0);
  /** Where the keyboard was last: a row that goes away leaves it to the one that is there now. */
  const lastIndexWithKeyboard = useRef(0);
  /** The row that is to have the focus as soon as it is drawn. */
  const wanted = useRef<string | null>(null);
  /** Whether a row has the focus, as far as anybody moved it: rows that are taken away do not give it up. */
  const holdsFocus = useRef(false);

  /** The heading over a row; null for none. */
  const headingAt = (index: number): string | null => {
    const row = rows[index];
    if (!groupOf || row === undefined) return null;
    const before = rows[index - 1];
    const group = groupOf(row);
    return before !== undefined && groupOf(before) === group ? null : group;
  };

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ROW_HEIGHT + (headingAt(index) === null ? 0 : GROUP_HEIGHT),
    overscan: 12,
    scrollPaddingStart: HEADER_HEIGHT,
    initialOffset: place?.top ?? 0,
    // What it anchors is the row at the top; nothing follows the end unless asked to.
    anchorTo: keepsPlace ? "end" : "start",
    // Before the first measurement there is something to draw already.
    initialRect: { width: 1000, height: 700 },
    // The same function for the same rows, or all of them are measured anew at each move.
    getItemKey: useCallback(
      (index: number) => {
        const row = rows[index];
        return row === undefined ? index : rowKey(row);
      },
      [rows, rowKey],
    ),
    // The row that has the focus stays drawn, or the keyboard would fall out of the list.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(count - 1, endIndex + overscan);
      const drawn = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
      if (found >= 0 && found < count && (found < first || found > last)) drawn.push(found);
      return drawn.sort((a, b) => a - b);
    },
  });

  // Rows that came in above move the headings.
  const headings = groupOf ? rows : null;
  useLayoutEffect(() => {
    if (headings) virtualizer.measure();
  }, [headings, virtualizer]);

  const remember = useCallback(() => {
    if (placeKey) keep(placeKey, { top: scroller.current?.scrollTop ?? 0, active: activeKey });
  }, [placeKey, activeKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, to where it was left
  useLayoutEffect(() => {
    if (place && scroller.current) scroller.current.scrollTop = place.top;
  }, []);
  useLayoutEffect(remember, [remember]);

  const reach = useCallback(
    (key: string) => scroller.current?.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(key)}"]`),
    [],
  );
  const focusRow = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row === undefined) return;
      const key = rowKey(row);
      setActiveKey(key);
      virtualizer.scrollToIndex(index, { align: "auto" });
      const drawn = reach(key);
      wanted.current = drawn ? null : key;
      drawn?.focus({ preventScroll: true });
    },
    [rows, rowKey, virtualizer, reach],
  );
  // In the same step that draws a row and takes another away: between the two a key would go nowhere.
  useLayoutEffect(() => {
    if (wanted.current !== null) {
      const drawn = reach(wanted.current);
      if (!drawn) return;
      wanted.current = null;
      drawn.focus({ preventScroll: true });
    } else if (holdsFocus.current && document.activeElement === document.body && rows.length > 0) {
      const { startIndex, endIndex } = virtualizer.range ?? { startIndex: 0, endIndex: rows.length - 1 };
      if (found >= 0) reach(activeKey as string)?.focus({ preventScroll: true });
      // Let go far from here: the keyboard comes along, or all the way back would be scrolled.
      else if (keepsPlace)
        focusRow(
          Math.max(0, Math.min(endIndex - 1, Math.max(startIndex + 1, lastIndexWithKeyboard.current))),
        );
      else focusRow(Math.min(lastIndexWithKeyboard.current, rows.length - 1));
    }
    if (found >= 0) lastIndexWithKeyboard.current = found;
  });
  useImperativeHandle(handle, () => ({ focus: () => focusRow(activeIndex) }), [focusRow, activeIndex]);

  const items = virtualizer.getVirtualItems();
  const lastIndex = items[items.length - 1]?.index ?? -1;
  useLayoutEffect(() => {
    if (onEndInSight && rows.length > 0 && lastIndex >= rows.length - 1) onEndInSight();
  }, [onEndInSight, lastIndex, rows.length]);

  const firstIndex = virtualizer.range?.startIndex ?? 0;
  useLayoutEffect(() => {
    if (onStartInSight && rows.length > 0 && firstIndex <= 0) onStartInSight();
  }, [onStartInSight, firstIndex, rows.length]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>, row: Row, index: number) => {
    onRowKeyDown?.(event, row);
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const targets: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) {
      event.preventDefault();
      focusRow(Math.min(rows.length - 1, Math.max(0, target)));
    } else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      openRowMenu(event);
    } else if (event.key === "Enter" && event.target === event.currentTarget && onOpen) {
      event.preventDefault();
      onOpen(row);
    }
  };

  return (
    <div ref={scroller} className={classes.scroller} onScroll={remember}>
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={total === null ? -1 : (total ?? rows.length) + 1}
        aria-colcount={columns.length}
        className={classes.grid}
        style={{ "--columns": template } as CSSProperties}
      >
        <div role="row" aria-rowindex={1} className={classes.header} tabIndex={-1}>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
        {rows.length > 0 && (
          <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index];
              if (row === undefined) return null;
              const active = item.index === activeIndex;
              const key = rowKey(row);
              const heading = headingAt(item.index);
              return (
                // With keys of their own, rows stay the same elements while the list is scrolled.
                <Fragment key={item.key}>
                  {heading !== null && (
                    <div
                      role="row"
                      className={classes.group}
                      style={{ transform: `translateY(${item.start}px)` }}
                    >
                      <div role="gridcell" aria-colspan={columns.length}>
                        {heading}
                      </div>
                    </div>
                  )}
                  <div
                    role="row"
                    aria-rowindex={item.index + 2}
                    aria-selected={selectedKey === undefined ? undefined : selectedKey === key}
                    className={classes.row}
                    data-row-key={key}
                    data-tone={rowTone?.(row)}
                    data-opens={onOpen !== undefined}
                    tabIndex={active ? 0 : -1}
                    style={{
                      transform: `translateY(${item.start + (heading === null ? 0 : GROUP_HEIGHT)}px)`,
                    }}
                    onFocus={() => {
                      holdsFocus.current = true;
                      setActiveKey(key);
                    }}
                    onBlur={() => {
                      holdsFocus.current = false;
                    }}
                    onKeyDown={(event) => onKeyDown(event, row, item.index)}
                    onClick={() => onOpen?.(row)}
                    onContextMenu={openRowMenu}
                  >
                    <Cells columns={columns as ReadonlyArray<Column<unknown>>} row={row} active={active} />
                  </div>
                </Fragment>
              );
            })}
          </div>
        )}
      </div>
      {rows.length === 0 && empty}
      {footer}
    </div>
  );
}

/** The second button of the mouse, and the menu key, open the row's own ⋯ menu where it has one. */
function openRowMenu(event: SyntheticEvent<HTMLElement>): void {
  const button = event.currentTarget.querySelector<HTMLElement>(
    '[aria-haspopup="menu"][aria-expanded="false"]',
  );
  if (!button || !(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
  event.preventDefault();
  button.click();
}

/** The cells of one row; drawn again only when the row, the columns or the keyboard's place change. */
const Cells = memo(function Cells({
  columns,
  row,
  active,
}: {
  columns: ReadonlyArray<Column<unknown>>;
  row: unknown;
  active: boolean;
}) {
  const context: CellContext = { active, tabIndex: active ? 0 : -1 };
  return columns.map((column, index) => (
    <div
      key={column.id}
      role="gridcell"
      aria-colindex={index + 1}
      className={classes.cell}
      data-column={column.id}
      data-align={column.align ?? "start"}
    >
      {column.cell(row, context)}
    </div>
  ));
});

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}) {
  const direction = sort?.column === column.id ? sort.direction : undefined;
  const content =
    column.header === "" ? <span className="hidden">{column.label}</span> : (column.header ?? column.label);
  const sortable = column.sortable === true && onSort !== undefined;
  return (
    <div
      role="columnheader"
      aria-label={column.label}
      aria-sort={sortable ? (direction ?? "none") : undefined}
      className={classes.headerCell}
      data-align={column.align ?? "start"}
      tabIndex={-1}
    >
      {sortable ? (
        <button
          type="button"
          className={classes.sort}
          aria-label={`Sort by ${column.label}`}
          onClick={() =>
            onSort({ column: column.id, direction: direction === "ascending" ? "descending" : "ascending" })
          }
        >
          {content}
          <span className={classes.arrow} data-shown={direction !== undefined} aria-hidden>
            {direction === "descending" ? "↓" : "↑"}
          </span>
        </button>
      ) : (
        content
      )}
    </div>
  );
}
