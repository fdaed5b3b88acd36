// The kill board: one card a flag with the tag `kill-switch`, in a fixed order, on pages; by keyboard alone and by
// touch. In a window of its own it is read from two metres. It is drawn before anything is counted.
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAppWindow, IconPower } from "@tabler/icons-react";
import { useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useCommandQuery } from "@/api";
import { useActions } from "@/app/actions";
import { announce } from "@/app/announcements";
import { useEnvironments } from "@/app/environment";
import { useDenied } from "@/app/rights";
import { useShown } from "@/app/useShown";
import {
  EmptyState,
  ErrorNote,
  FilterInput,
  formatCount,
  IconButton,
  Kbd,
  SkeletonRows,
  StateGlyph,
} from "@/components";
import type { FlagSummary } from "@/contract";
import { platform } from "@/platform";
import { KillDialog } from "../flag/kill/KillDialog";
import { useFlagsReach } from "../flags/useFlagsReach";
import { RestoreDialog } from "../kill/RestoreDialog";
import { AwayNote } from "./AwayNote";
import { Card } from "./Card";
import classes from "./KillBoardPage.module.css";
import { KillRun } from "./KillRun";
import { BOARD_TAG, boardOf, boardOrder, type CardSize, moved, pageOf } from "./model/board";
import { RecentKills } from "./RecentKills";
import { useRoom } from "./use-room";

const SMALL: CardSize = { width: 320, height: 194, gap: 14 };
const LARGE: CardSize = { width: 480, height: 258, gap: 14 };
/** On a screen on the wall; the styles know the same sizes of the screen. */
const HUGE: CardSize = { width: 560, height: 326, gap: 14 };
const WALL = "(min-width: 1600px) and (min-height: 900px)";
const NO_FLAGS: ReadonlyArray<FlagSummary> = [];

type Asking = { about: "kill" | "restore"; id: string };

export function KillBoardPage() {
  const search = useSearch({ from: "/kill-board" });
  const large = search.window === "board";
  const asked = search.flag ?? null;
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState<string | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [runs, setRuns] = useState<ReadonlyArray<string>>([]);
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [announcement, setAnnouncement] = useState("");
  const environments = useEnvironments();
  const reach = useFlagsReach();
  const denied = useDenied("kill");

  const board = useCommandQuery("kill_board", {});
  // All flags are only needed to find others than those of the board.
  const wide = typed.trim() !== "" || asked !== null || board.data?.flags.length === 0;
  const all = useCommandQuery("flags_list", { archived: false }, { enabled: wide });
  const tagged = board.data?.flags ?? NO_FLAGS;
  const flags = useMemo(
    () =>
      all.data
        ? [...tagged, ...all.data.flags.filter(({ id }) => !tagged.some((one) => one.id === id))]
        : tagged,
    [tagged, all.data],
  );
  useShown(board.data !== undefined);

  const kept = useRef<ReadonlyArray<string>>([]);
  kept.current = boardOrder(kept.current, flags);
  const { cards, searchOnly } = boardOf(flags, kept.current, typed, asked);

  const onWall = useMediaQuery(WALL);
  const size = large ? (onWall ? HUGE : LARGE) : SMALL;
  const { place, room } = useRoom(size);
  const found = cards.findIndex(({ id }) => id === active);
  const index = Math.max(0, found);
  const page = pageOf(index, room);
  const perPage = room.columns * room.rows;
  const pages = Math.max(1, Math.ceil(cards.length / perPage));
  const shown = cards.slice(page * perPage, (page + 1) * perPage);

  const buttons = useRef(new Map<string, HTMLButtonElement>());
  /** The card to put the keyboard on once it is drawn. */
  const wanted = useRef<string | null>(null);
  /** The keyboard was on a card last. The button that was held gives way to the one that restores: it stays there. */
  const onCards = useRef(false);
  useEffect(() => {
    const lost = onCards.current && document.activeElement === document.body && asking === null;
    const button = buttons.current.get(wanted.current ?? (lost ? (active ?? "") : ""));
    if (!button || button.disabled) return;
    wanted.current = null;
    button.focus();
  });
  const focusOn = (flag: FlagSummary | undefined) => {
    if (!flag) return;
    wanted.current = flag.id;
    setActive(flag.id);
    // Nothing is drawn anew for the card that was active already.
    if (flag.id === active) buttons.current.get(flag.id)?.focus();
  };

  // A link, as from the tray, puts the keyboard on its flag; without one it is on the first card.
  const linked = flags.find(({ key }) => key === asked);
  const first = cards[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each link, once the flags are there
  useEffect(() => {
    const start = asked === null ? first : linked;
    if (start && (asked !== null || active === null)) focusOn(start);
  }, [asked, search.nth, linked?.id, first === undefined]);

  const kill = (id: string) => setRuns((before) => [id, ...before.filter((one) => one !== id)]);
  const current = cards[index];
  const canRestore = current !== undefined && !current.isActive && denied === null;
  useActions([
    {
      id: "board.restore",
      label: current ? `Restore ${current.key}` : "Restore",
      shortcut: "R",
      disabled: !canRestore,
      run: () => current && setAsking({ about: "restore", id: current.id }),
    },
  ]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = moved(index, event.key, cards.length, room);
    if (to === null) return;
    event.preventDefault();
    focusOn(cards[to]);
  };

  const target = asking ? flags.find(({ id }) => id === asking.id) : undefined;
  const closeAsking = () => {
    if (asking) wanted.current = asking.id;
    setAsking(null);
  };
  const done = (text: string) => {
    closeAsking();
    announce({ text });
  };
  const killedCount = board.data?.killed;

  return (
    <div className={classes.page} data-large={large}>
      <header className={classes.header}>
        <h1 className={classes.title}>Kill board</h1>
        {killedCount !== undefined && (
          <span className={classes.killed} data-any={killedCount > 0} aria-live="polite">
            <StateGlyph state={killedCount > 0 ? "killed" : "off"} label="" size={large ? 22 : 14} />
            {killedCount === 0 ? "None killed" : `${formatCount(killedCount)} killed`}
          </span>
        )}
        <FilterInput
          value={typed}
          onChange={setTyped}
          label={searchOnly ? "Find a flag" : "Find"}
          onLeaveDown={() => focusOn(cards[0])}
        />
        <span className={classes.space} />
        <p className={classes.keys}>
          Hold <Kbd shortcut="Enter" /> kill · <Kbd shortcut="R" /> restore · <Kbd shortcut="/" /> find
        </p>
        {!large && (
          <IconButton
            label="Open in a window of its own"
            onClick={() => platform().openWindow("kill-board", current?.key)}
          >
            <IconAppWindow size={16} stroke={1.75} />
          </IconButton>
        )}
        {pages > 1 && (
          <nav className={classes.pages} aria-label="Pages of the board">
            <Button
              aria-label="Page before"
              disabled={page === 0}
              onClick={() => focusOn(cards[(page - 1) * perPage])}
            >
              ‹
            </Button>
            <span className="num">
              {page + 1} of {pages}
            </span>
            <Button
              aria-label="Next page"
              disabled={page === pages - 1}
              onClick={() => focusOn(cards[(page + 1) * perPage])}
            >
              ›
            </Button>
          </nav>
        )}
      </header>
      <AwayNote flag={current?.key ?? asked} />
      {denied !== null && <p className={classes.denied}>{denied}</p>}
      {asked !== null && all.data && !linked && (
        <ErrorNote title={`There is no flag ${asked}.`}>
          <p>Keys never change: it was typed differently, is archived, or belongs to another workspace.</p>
        </ErrorNote>
      )}
      {board.error && !board.data && (
        <ErrorNote
          title="The board could not be loaded."
          failure={board.error}
          onRetry={() => void board.refetch()}
        />
      )}
      {board.isPending && <SkeletonRows rows={6} label="Loading the board" />}
      <ul
        ref={place}
        className={classes.cards}
        aria-label="Flags"
        style={{
          gridTemplateColumns: `repeat(${room.columns}, minmax(0, 1fr))`,
          gridAutoRows: size.height,
        }}
        onKeyDown={onKeyDown}
        onFocus={() => {
          onCards.current = true;
        }}
        onBlur={({ relatedTarget }) => {
          if (relatedTarget !== null) onCards.current = false;
        }}
      >
        {shown.map((flag) => (
          <Card
            key={flag.id}
            flag={flag}
            environments={environments}
            reach={reach}
            large={large}
            busy={busy.has(flag.id)}
            denied={denied}
            active={flag.id === current?.id}
            button={(element) => {
              if (element) buttons.current.set(flag.id, element);
              else buttons.current.delete(flag.id);
            }}
            onKill={() => kill(flag.id)}
            onAsk={() => setAsking({ about: "kill", id: flag.id })}
            onRestore={() => setAsking({ about: "restore", id: flag.id })}
            onFocus={() => setActive(flag.id)}
            onAnnounce={setAnnouncement}
          />
        ))}
      </ul>
      {board.data && cards.length === 0 && <NoCards typed={typed} searchOnly={searchOnly} />}
      <div className={classes.below}>
        <div className={classes.runs}>
          {runs.map((id) => {
            const flag = flags.find((one) => one.id === id);
            if (!flag) return null;
            return (
              <KillRun
                key={id}
                flag={flag}
                large={large}
                onBusy={(is) => {
                  // Back from what held it up: the keyboard returns to its card.
                  if (!is && document.activeElement === document.body) onCards.current = true;
                  setBusy((before) => {
                    const next = new Set(before);
                    if (is) next.add(id);
                    else next.delete(id);
                    return next;
                  });
                }}
                onAnnounce={setAnnouncement}
              />
            );
          })}
        </div>
        {board.data && <RecentKills recent={board.data.recent} large={large} />}
      </div>
      {asking?.about === "kill" && target && (
        <KillDialog target={target} environments={environments} confirm onClose={closeAsking} onDone={done} />
      )}
      {asking?.about === "restore" && target && (
        <RestoreDialog target={target} onClose={closeAsking} onDone={done} />
      )}
      <div className="hidden" aria-live="assertive">
        {announcement}
      </div>
    </div>
  );
}

function NoCards({ typed, searchOnly }: { typed: string; searchOnly: boolean }) {
  const icon = <IconPower size={28} stroke={1.5} />;
  if (typed.trim() !== "") {
    return (
      <EmptyState title="No flag matches" icon={icon}>
        The search looks at key, name and tags of all flags.
      </EmptyState>
    );
  }
  if (!searchOnly) return null;
  return (
    <EmptyState title="Find the flag to kill" icon={icon}>
      Press <Kbd shortcut="/" /> and type part of its key. Flags with the tag <code>{BOARD_TAG}</code> are
      always here: add it from a flag's ⋯ menu, Tags.
    </EmptyState>
  );
}
