// Keys that SDKs asked for and no flag answers to: typos, and code that outlived its flag. Each says what to do.
import { Button, Popover } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { useEnvironments } from "@/app/environment";
import {
  EnvironmentBadge,
  formatCount,
  formatCounted,
  KeyText,
  RelativeTime,
  StateGlyph,
} from "@/components";
import type { FlagSummary, UnknownFlag } from "@/contract";
import classes from "./UnknownKeys.module.css";
import { canBeKey, meantKey, type UnknownKey, unknownKeys } from "./unknown-keys";

const AGAIN_MS = 60_000;
const NONE: ReadonlyArray<UnknownFlag> = [];

type Props = { flags: ReadonlyArray<FlagSummary> };

export function UnknownKeys({ flags }: Props) {
  const [opened, setOpened] = useState(false);
  const environments = useEnvironments();
  const { data = NONE } = useCommandQuery("unknown_flags_list", {}, { refetchInterval: AGAIN_MS });
  const keys = unknownKeys(data);
  if (keys.length === 0) return null;
  const words = `${formatCounted(keys.length, "unknown key")} ${keys.length === 1 ? "was" : "were"} asked for`;
  return (
    <div className={classes.line}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus width={560}>
        <Popover.Target>
          <button
            type="button"
            className={classes.button}
            aria-haspopup="dialog"
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            <StateGlyph state="warning" label="" /> {words}
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Unknown keys">
          <p className={classes.lead}>
            SDKs asked for these keys and got their own fallback, for no flag answered.
          </p>
          <ul className={classes.keys}>
            {keys.map((each) => (
              <li key={each.key}>
                <KeyText text={each.key} />
                <span className={classes.where}>
                  {environments
                    .filter(({ key }) => each.environments.includes(key))
                    .map((environment) => (
                      <EnvironmentBadge key={environment.key} environment={environment} square />
                    ))}
                </span>
                <span className={classes.asked}>
                  {formatCount(each.asked)} × · <RelativeTime at={each.lastAskedAt} />
                </span>
                <ToDo of={each} flags={flags} onDone={() => setOpened(false)} />
              </li>
            ))}
          </ul>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

type ToDoProps = { of: UnknownKey; flags: ReadonlyArray<FlagSummary>; onDone: () => void };

/** A key that a flag has after all is hidden from who asked, or archived; one near a flag's is a slip; others can be made. */
function ToDo({ of, flags, onDone }: ToDoProps) {
  const navigate = useNavigate();
  const open = (key: string) => {
    onDone();
    void navigate({ to: "/flags/$key", params: { key } });
  };
  if (of.flagId === null) {
    const unarchived = flags.filter(({ archivedAt }) => archivedAt === null);
    const meant = meantKey(
      of.key,
      unarchived.map(({ key }) => key),
    );
    if (meant !== null) {
      return (
        <Button size="compact-sm" className={classes.meant ?? ""} onClick={() => open(meant)} title={meant}>
          Meant {meant}?
        </Button>
      );
    }
    if (!canBeKey(of.key)) return <span className={classes.never}>cannot be a flag's key</span>;
    return (
      <Button
        size="compact-sm"
        onClick={() => {
          onDone();
          void navigate({ to: "/flags", search: { create: true, key: of.key } });
        }}
        aria-label={`Create flag ${of.key}`}
      >
        Create flag
      </Button>
    );
  }
  const hidden = flags.some(({ id, archivedAt }) => id === of.flagId && archivedAt === null);
  return (
    <Button
      size="compact-sm"
      onClick={() => open(of.key)}
      aria-label={`Open ${of.key}, ${hidden ? "not visible to clients" : "archived"}`}
    >
      {hidden ? "Not visible to clients" : "Archived"}
    </Button>
  );
}
