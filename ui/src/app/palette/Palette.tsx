// The palette: every action, page and flag by a few letters. "kill …" and "restore …" lead to the flag's own dialog.
import { Modal } from "@mantine/core";
import { IconArrowBackUp, IconArrowRight, IconPower, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useCommandQuery } from "@/api";
import { Kbd } from "@/components/Kbd";
import { StateGlyph } from "@/components/StateGlyph";
import { useOfferedActions } from "../actions";
import { useEnvironment } from "../environment";
import { indexFlags, type PaletteEntry, paletteEntries } from "./model";
import classes from "./Palette.module.css";

export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  /** Enter was pressed while the list was behind what is typed: it counts once the list has caught up. */
  const [entered, setEntered] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const offered = useOfferedActions();
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags;
  const indexed = useMemo(() => indexFlags(flags ?? []), [flags]);
  const query = useDeferredValue(typed);
  const entries = useMemo(() => {
    const actions = offered.filter(({ id, disabled }) => id !== "palette" && !disabled);
    return paletteEntries(query, actions, indexed);
  }, [query, offered, indexed]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other words, other first entry
  useEffect(() => setChosen(0), [query]);
  useEffect(() => {
    list.current?.querySelector(`#palette-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const run = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onClose();
    if (entry.kind === "action") {
      // After the dialog gave the focus back, so that the action may take it.
      requestAnimationFrame(() => entry.action.run());
    } else {
      const search = entry.does === "open" ? {} : { dialog: entry.does };
      void navigate({ to: "/flags/$key", params: { key: entry.flag.key }, search });
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the list has caught up, and not before
  useEffect(() => {
    if (!entered || query !== typed) return;
    setEntered(false);
    run(entries[0]);
  }, [entered, query, typed]);

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + entries.length) % entries.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      // What is typed may be ahead of what is listed: never run what was not seen.
      if (query === typed) run(entries[chosen]);
      else setEntered(true);
    }
  };

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      size={560}
      padding={0}
      title="Search or jump to"
      classNames={{ header: "hidden" }}
    >
      <div className={classes.field}>
        <IconSearch size={16} stroke={1.75} aria-hidden />
        <input
          className={classes.input}
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={entries.length > 0 ? `palette-${chosen}` : undefined}
          aria-label="Search or jump to"
          placeholder="A flag, a page, “kill …”, an action"
          value={typed}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          // biome-ignore lint/a11y/noAutofocus: the person asked for this field
          autoFocus
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setEntered(false);
          }}
          onKeyDown={onKeyDown}
        />
        <Kbd shortcut="Esc" />
      </div>
      <div ref={list} id="palette-list" role="listbox" aria-label="Found" className={classes.list}>
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard is in the field above
          <div
            key={entry.id}
            id={`palette-${index}`}
            role="option"
            aria-label={spoken(entry)}
            aria-selected={index === chosen}
            tabIndex={-1}
            className={classes.entry}
            onClick={() => run(entry)}
            onMouseMove={() => setChosen(index)}
          >
            {entry.kind === "action" ? (
              <>
                <IconArrowRight size={16} stroke={1.75} aria-hidden />
                <span className={classes.label}>{entry.action.label}</span>
                {entry.action.shortcut && <Kbd shortcut={entry.action.shortcut} />}
              </>
            ) : (
              <FlagEntry entry={entry} />
            )}
          </div>
        ))}
      </div>
      {entries.length === 0 && (
        <p className={classes.none} role="status">
          Nothing is called “{query.trim()}”. Try part of a flag's key or name, or a page.
        </p>
      )}
    </Modal>
  );
}

/** The parts of an entry stand side by side: read out, they need their words apart. */
function spoken(entry: PaletteEntry): string {
  if (entry.kind === "action") return entry.action.label;
  const { flag, does } = entry;
  const verb = { open: "Open", kill: "Kill", restore: "Restore" }[does];
  return `${verb} ${flag.key}, ${flag.name}${does === "open" ? "" : ", asks first"}`;
}

function FlagEntry({ entry: { flag, does } }: { entry: PaletteEntry & { kind: "flag" } }) {
  const environment = useEnvironment().current?.key ?? "";
  if (does === "open") {
    const state = !flag.isActive ? "killed" : flag.environments[environment] ? "serving" : "off";
    return (
      <>
        <StateGlyph state={state} />
        <code className={classes.key}>{flag.key}</code>
        <span className={classes.detail}>{flag.name}</span>
      </>
    );
  }
  return (
    <>
      {does === "kill" ? (
        <IconPower className={classes.kill} size={16} stroke={1.75} aria-hidden />
      ) : (
        <IconArrowBackUp size={16} stroke={1.75} aria-hidden />
      )}
      <span className={classes.verb}>{does === "kill" ? "Kill" : "Restore"}</span>
      <code className={classes.key}>{flag.key}</code>
      <span className={classes.detail}>{flag.name}</span>
      <span className={classes.asks}>asks first</span>
    </>
  );
}
