import { screen } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { CommandFailure } from "@/platform";
import { expectAccessible } from "@/testing/axe";
import { renderWithin } from "@/testing/render";
import {
  ConfirmDialog,
  CopyButton,
  DistributionBar,
  EmptyState,
  EnvironmentBadge,
  ErrorNote,
  FilterChip,
  FilterInput,
  KeyText,
  MenuButton,
  RelativeTime,
  StateGlyph,
  Switch,
  ValueChip,
} from ".";
import { inkOn } from "./color";
import { progressWords } from "./ExportButton";

describe("Switch", () => {
  test("says what it switches and reports the wish", async () => {
    const onChange = vi.fn();
    const { user } = renderWithin(
      <Switch checked={false} label="checkout in Production" onChange={onChange} />,
    );
    const element = screen.getByRole("switch", { name: "checkout in Production" });
    expect(element).not.toBeChecked();
    expect(element).toHaveTextContent("O");
    await user.click(element);
    expect(onChange).toHaveBeenCalledWith(true);
  });

  test("does nothing while its change is on the way", async () => {
    const onChange = vi.fn();
    const { user } = renderWithin(<Switch checked label="a" busy onChange={onChange} />);
    await user.click(screen.getByRole("switch"));
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe("ConfirmDialog", () => {
  test("confirms with Enter from the note, without spaces around it", async () => {
    const onConfirm = vi.fn();
    const { user } = renderWithin(
      <ConfirmDialog
        title="Switch on"
        confirmLabel="Switch on"
        note="optional"
        onConfirm={onConfirm}
        onCancel={() => {}}
      >
        49,812 customers get true.
      </ConfirmDialog>,
    );
    await user.type(screen.getByRole("textbox", { name: "Note" }), " ramp {Enter}");
    expect(onConfirm).toHaveBeenCalledWith("ramp");
  });

  test("holds back until a required note is there", async () => {
    const onConfirm = vi.fn();
    const { user } = renderWithin(
      <ConfirmDialog
        title="Save"
        confirmLabel="Save"
        note="required"
        onConfirm={onConfirm}
        onCancel={() => {}}
      >
        x
      </ConfirmDialog>,
    );
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    await user.type(screen.getByRole("textbox"), "{Enter}");
    expect(onConfirm).not.toHaveBeenCalled();
  });

  test("is accessible, also with a failure in it", async () => {
    const failure = new CommandFailure({ code: "database_unavailable", message: "No answer.", details: {} });
    renderWithin(
      <ConfirmDialog
        title="Archive"
        confirmLabel="Archive"
        failure={failure}
        onConfirm={() => {}}
        onCancel={() => {}}
      >
        x
      </ConfirmDialog>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent(/Nothing was changed/);
    await expectAccessible();
  });
});

test("an error note lists every violation", () => {
  const failure = new CommandFailure({
    code: "invalid",
    message: "Two things are wrong.",
    details: {
      violations: [
        { path: "key", message: "Too long." },
        { path: "name", message: "Empty." },
      ],
    },
  });
  renderWithin(<ErrorNote title="Not saved." failure={failure} />);
  expect(screen.getByRole("alert")).toHaveTextContent("Not saved.Two things are wrong.Too long.Empty.");
});

test("a filter empties with Escape and goes to the list with ↓", async () => {
  const onChange = vi.fn();
  const onLeaveDown = vi.fn();
  const { user } = renderWithin(<FilterInput value="abc" onChange={onChange} onLeaveDown={onLeaveDown} />);
  await user.type(screen.getByRole("textbox", { name: "Filter" }), "{ArrowDown}{Escape}");
  expect(onLeaveDown).toHaveBeenCalled();
  expect(onChange).toHaveBeenLastCalledWith("");
});

test("a filter chip adds and takes away, and can be cleared at once", async () => {
  const onChange = vi.fn();
  const options = [
    { value: "core", label: "core" },
    { value: "growth", label: "growth" },
  ];
  const { user } = renderWithin(
    <FilterChip label="Tag" options={options} chosen={["core"]} onChange={onChange} />,
  );
  await user.click(screen.getByRole("button", { name: "Tag: core" }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: "growth" }));
  expect(onChange).toHaveBeenLastCalledWith(["core", "growth"]);
  await user.click(screen.getByRole("menuitemcheckbox", { name: "core" }));
  expect(onChange).toHaveBeenLastCalledWith([]);
});

test("a menu is made when opened, worked by keyboard, and gives the focus back", async () => {
  const run = vi.fn();
  const { user } = renderWithin(
    <MenuButton
      label="Actions for checkout"
      entries={[{ label: "Open", run: () => {} }, "divider", { label: "Copy key", run }]}
    />,
  );
  const button = screen.getByRole("button", { name: "Actions for checkout" });
  expect(screen.queryByRole("menu")).not.toBeInTheDocument();
  await user.tab();
  await user.keyboard("{Enter}");
  const first = await screen.findByRole("menuitem", { name: "Open" });
  await vi.waitFor(() => expect(first).toHaveFocus());
  await expectAccessible();
  await user.keyboard("{ArrowDown}{Enter}");
  expect(run).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(button).toHaveFocus());
});

test("a hint shows what the focus is on", async () => {
  const { user } = renderWithin(<RelativeTime at="2026-01-01T12:00:00Z" focusable />);
  await user.tab();
  expect(screen.getByRole("tooltip")).toHaveTextContent("1 Jan 2026");
  expect(screen.getByText(/ago/)).toHaveAccessibleDescription(/1 Jan 2026/);
  await user.tab();
  expect(screen.queryByRole("tooltip")).not.toBeInTheDocument();
});

test("a distribution bar says its shares", () => {
  renderWithin(
    <DistributionBar
      shares={[
        { label: "false", customers: 43_950 },
        { label: "true", customers: 6_050 },
      ]}
    />,
  );
  expect(screen.getByRole("img")).toHaveAccessibleName("false 87.9 % (43,950), true 12.1 % (6,050)");
});

test("the ink on an environment's colour is the one that can be read", () => {
  expect(inkOn("#ffe08a")).toBe("dark");
  expect(inkOn("#202040")).toBe("light");
});

test("small parts are accessible together", async () => {
  const { container } = renderWithin(
    <div>
      <StateGlyph state="killed" />
      <EnvironmentBadge environment={{ key: "p", name: "Production", color: "#c2500f" }} square />
      <EnvironmentBadge environment={{ key: "p", name: "Production", color: "#c2500f" }} />
      <ValueChip value={{ a: 1 }} variation={2} />
      <KeyText text="a-key-that-is-longer-than-there-is-room" />
      <CopyButton text="x" what="key" />
      <RelativeTime at="2026-01-01T00:00:00Z" focusable />
      <MenuButton label="Actions" entries={[{ label: "Open", run: () => {} }]} />
      <EmptyState title="Nothing" actions={<button type="button">Do</button>}>
        Do something.
      </EmptyState>
    </div>,
  );
  await expectAccessible(container);
});

test("an export says how far it is: rows, and what was looked at where not each becomes one", () => {
  const progress = { running: true, rows: 1_500, seen: 1_500, estimated: 9_000 };
  expect(progressWords(progress, "customer")).toBe("1,500 of about 9,000 customers written");
  expect(progressWords({ ...progress, rows: 1 }, "customer")).toBe(
    "1 customer written, 1,500 of about 9,000 looked at",
  );
  expect(progressWords({ ...progress, estimated: null }, "entry", "entries")).toBe("1,500 entries written");
});
