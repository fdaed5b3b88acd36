import { fireEvent, screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { forgetKept } from "@/app/kept";
import { expectAccessible } from "@/testing/axe";
import { renderWithin } from "@/testing/render";
import { type Column, VirtualTable } from "./VirtualTable";

type Row = { id: string; name: string };
const many: ReadonlyArray<Row> = Array.from({ length: 10_000 }, (_, n) => ({
  id: `r${n}`,
  name: `Row ${n}`,
}));
const columns: ReadonlyArray<Column<Row>> = [
  { id: "name", label: "Name", width: "1fr", sortable: true, cell: ({ name }) => name },
  {
    id: "act",
    label: "Action",
    width: "80px",
    cell: ({ name }, { tabIndex }) => (
      <button type="button" tabIndex={tabIndex}>
        Do {name}
      </button>
    ),
  },
];
const key = ({ id }: Row) => id;

test("draws a few of ten thousand rows and says how many there are", () => {
  renderWithin(<VirtualTable label="Rows" columns={columns} rows={many} rowKey={key} />);
  const grid = screen.getByRole("grid", { name: "Rows" });
  expect(grid).toHaveAttribute("aria-rowcount", "10001");
  const drawn = within(grid).getAllByRole("row").length;
  expect(drawn).toBeGreaterThan(10);
  expect(drawn).toBeLessThan(60);
});

test("arrows, Home and End move the focus, Enter opens", async () => {
  const onOpen = vi.fn();
  const { user } = renderWithin(
    <VirtualTable label="Rows" columns={columns} rows={many.slice(0, 12)} rowKey={key} onOpen={onOpen} />,
  );
  await user.tab();
  expect(screen.getByRole("row", { name: /Row 0 / })).toHaveFocus();
  await user.keyboard("{ArrowDown}{ArrowDown}");
  await vi.waitFor(() => expect(screen.getByRole("row", { name: /Row 2 / })).toHaveFocus());
  await user.keyboard("{End}");
  await vi.waitFor(() => expect(screen.getByRole("row", { name: /Row 11 / })).toHaveFocus());
  await user.keyboard("{Enter}");
  expect(onOpen).toHaveBeenCalledWith(many[11]);
});

test("keys that come faster than frames all count, however far the rows are apart", async () => {
  const { user } = renderWithin(<VirtualTable label="Rows" columns={columns} rows={many} rowKey={key} />);
  await user.tab();
  // Nobody draws a frame between two keys: each must find the keyboard on a row.
  const frames = vi.spyOn(window, "requestAnimationFrame").mockImplementation(() => 0);
  try {
    await user.keyboard("{End}");
    expect(screen.getByRole("row", { name: /Row 9999 / })).toHaveFocus();
    await user.keyboard("{Home}");
    expect(screen.getByRole("row", { name: /Row 0 / })).toHaveFocus();
    await user.keyboard("{PageDown}{PageDown}{PageDown}{PageDown}{PageDown}{End}{ArrowUp}");
    expect(screen.getByRole("row", { name: /Row 9998 / })).toHaveFocus();
  } finally {
    frames.mockRestore();
  }
});

test("the keyboard stays in the list when rows come in, and when the row it is on goes away", async () => {
  const view = (rows: ReadonlyArray<Row>) => (
    <VirtualTable label="Rows" columns={columns} rows={rows} rowKey={key} />
  );
  const { user, rerender } = renderWithin(view(many.slice(0, 100)));
  await user.tab();
  await user.keyboard("{End}");
  rerender(view(many.slice(0, 200)));
  expect(screen.getByRole("row", { name: /Row 99 / })).toHaveFocus();
  await user.keyboard("{End}");
  expect(screen.getByRole("row", { name: /Row 199 / })).toHaveFocus();
  rerender(view(many.slice(0, 50)));
  expect(screen.getByRole("row", { name: /Row 49 / })).toHaveFocus();
});

test("a keyboard that left the list is not fetched back", async () => {
  const view = (rows: ReadonlyArray<Row>) => (
    <VirtualTable label="Rows" columns={columns} rows={rows} rowKey={key} />
  );
  const { user, rerender } = renderWithin(view(many.slice(0, 20)));
  await user.tab();
  await user.click(document.body);
  rerender(view(many.slice(0, 10)));
  expect(document.body).toHaveFocus();
});

test("only the row with the keyboard takes part in Tab order", async () => {
  const { user } = renderWithin(
    <VirtualTable label="Rows" columns={columns} rows={many.slice(0, 5)} rowKey={key} />,
  );
  await user.tab();
  await user.tab();
  expect(screen.getByRole("button", { name: "Do Row 0" })).toHaveFocus();
  expect(screen.getByRole("button", { name: "Do Row 1" })).toHaveAttribute("tabindex", "-1");
});

test("a header sorts one way, then the other, and says which", async () => {
  const onSort = vi.fn();
  const view = (direction: "ascending" | "descending") => (
    <VirtualTable
      label="Rows"
      columns={columns}
      rows={many.slice(0, 3)}
      rowKey={key}
      sort={{ column: "name", direction }}
      onSort={onSort}
    />
  );
  const { user } = renderWithin(view("ascending"));
  expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await user.click(screen.getByRole("button", { name: "Sort by Name" }));
  expect(onSort).toHaveBeenCalledWith({ column: "name", direction: "descending" });
});

test("comes back to the place where it was left", () => {
  forgetKept();
  const table = <VirtualTable label="Rows" columns={columns} rows={many} rowKey={key} placeKey="rows" />;
  const first = renderWithin(table);
  const scroller = () => screen.getByRole("grid").parentElement as HTMLElement;
  fireEvent.scroll(scroller(), { target: { scrollTop: 3800 } });
  first.unmount();
  renderWithin(table);
  expect(scroller().scrollTop).toBe(3800);
});

test("says when there is nothing", () => {
  renderWithin(
    <VirtualTable label="Rows" columns={columns} rows={[]} rowKey={key} empty={<p>Nothing yet</p>} />,
  );
  expect(screen.getByText("Nothing yet")).toBeVisible();
});

test("is accessible", async () => {
  const { container } = renderWithin(
    <VirtualTable label="Rows" columns={columns} rows={many.slice(0, 3)} rowKey={key} onOpen={() => {}} />,
  );
  await expectAccessible(container);
});
