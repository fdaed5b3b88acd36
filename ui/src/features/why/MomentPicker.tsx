// Now, or a moment of the past: typed as people write it, or pasted as a log or a ticket has it; what was understood
// stands beneath.
import { Button, Popover, TextInput } from "@mantine/core";
import { IconChevronDown, IconClock } from "@tabler/icons-react";
import { useState } from "react";
import { useActions } from "@/app/actions";
import { absoluteTime, relativeTime, useNow, zoneName } from "@/components";
import classes from "./MomentPicker.module.css";
import { shortMoment, typedMoment } from "./moment";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Props = { at: string | null; onChange: (at: string | null) => void };

export function MomentPicker({ at, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const now = new Date(useNow());
  const open = () => {
    setText(at === null ? "" : absoluteTime(new Date(at)));
    setProblem(null);
    setOpened(true);
  };
  const choose = (next: string | null) => {
    setOpened(false);
    onChange(next);
  };
  useActions([
    {
      id: "why.moment",
      label: "Why: ask about a moment of the past…",
      keywords: "when time then",
      run: open,
    },
    ...(at === null ? [] : [{ id: "why.now", label: "Why: ask about now", run: () => choose(null) }]),
  ]);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconClock size={16} stroke={1.75} aria-hidden />}
          rightSection={<IconChevronDown size={14} stroke={1.75} aria-hidden />}
          aria-haspopup="dialog"
          aria-expanded={opened}
          aria-label={at === null ? "When: now" : `When: ${absoluteTime(new Date(at))}`}
          onClick={() => (opened ? setOpened(false) : open())}
        >
          {at === null ? "Now" : shortMoment(new Date(at), now)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="When">
        <form
          className={classes.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            const typed = typedMoment(text, new Date());
            if (typed.ok) choose(typed.at);
            else setProblem(typed.problem);
          }}
        >
          <TextInput
            data-autofocus
            label={`Day and time (${zoneName(now)})`}
            placeholder="yesterday 14:03"
            description="2026-11-22 14:03, 14:03, 2 h ago, or as a log writes it"
            autoComplete="off"
            spellCheck={false}
            value={text}
            error={problem}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setProblem(null);
            }}
          />
          {problem === null && (
            <p className={classes.understood} aria-live="polite">
              {understood(text, new Date())}
            </p>
          )}
          <div className={classes.usual}>
            <Button size="compact-sm" variant="default" onClick={() => choose(ago(HOUR_MS))}>
              1 hour ago
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => choose(ago(DAY_MS))}>
              1 day ago
            </Button>
          </div>
          <div className={classes.actions}>
            {at !== null && (
              <Button variant="default" onClick={() => choose(null)}>
                Now
              </Button>
            )}
            <Button type="submit" variant="filled">
              Ask about then
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** "Sunday, 22 Nov 2026, 14:03:00 UTC, 13 h ago"; empty while it cannot be read. */
function understood(text: string, now: Date): string {
  const typed = typedMoment(text, now);
  if (!typed.ok) return "";
  if (typed.at === null) return "Now";
  const at = new Date(typed.at);
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "long" }).format(at);
  return `${day}, ${absoluteTime(at)}, ${relativeTime(at, now)}`;
}

function ago(milliseconds: number): string {
  return new Date(Date.now() - milliseconds).toISOString();
}
