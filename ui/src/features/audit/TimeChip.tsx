// The span of time: the usual ones in a step, any other by its first and last day.
import { Button, Popover, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import chip from "@/components/FilterChip.module.css";
import { betweenProblem, type Time, timeWords } from "./model/filter";
import classes from "./TimeChip.module.css";

type Props = { time: Time; onChange: (time: Time) => void };

const USUAL: ReadonlyArray<Time> = [
  { kind: "days", days: 1 },
  { kind: "days", days: 7 },
  { kind: "days", days: 30 },
  { kind: "quarter", back: 0 },
  { kind: "quarter", back: -1 },
];

export function TimeChip({ time, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const [from, setFrom] = useState(time.kind === "between" ? time.from : "");
  const [to, setTo] = useState(time.kind === "between" ? time.to : "");
  const [tried, setTried] = useState(false);
  const now = new Date();
  const isSet = time.kind !== "all";
  const problem = betweenProblem(from, to);
  const choose = (next: Time) => {
    onChange(next);
    setOpened(false);
    setTried(false);
  };
  return (
    <span className={chip.chip} data-set={isSet}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <button
            type="button"
            className={chip.button}
            aria-haspopup="dialog"
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            {isSet ? `Time: ${timeWords(time, now)}` : "Time"}
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Time">
          <div className={classes.usual}>
            {USUAL.map((each) => (
              <button
                key={timeWords(each, now)}
                type="button"
                className={classes.choice}
                aria-pressed={timeWords(each, now) === timeWords(time, now)}
                onClick={() => choose(each)}
              >
                {capital(timeWords(each, now))}
                {each.kind === "quarter" && (
                  <span className="faint">{each.back === 0 ? "this quarter" : "last quarter"}</span>
                )}
              </button>
            ))}
          </div>
          <form
            className={classes.between}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              setTried(true);
              if (problem === null) choose({ kind: "between", from, to });
            }}
          >
            <div className={classes.days}>
              <TextInput
                placeholder="yyyy-mm-dd"
                autoComplete="off"
                spellCheck={false}
                label="First day"
                value={from}
                onChange={(event) => setFrom(event.currentTarget.value)}
              />
              <TextInput
                placeholder="yyyy-mm-dd"
                autoComplete="off"
                spellCheck={false}
                label="Last day"
                value={to}
                onChange={(event) => setTo(event.currentTarget.value)}
              />
            </div>
            {tried && problem !== null && (
              <p className={classes.problem} role="alert">
                {problem}
              </p>
            )}
            <Button type="submit">Show these days</Button>
          </form>
        </Popover.Dropdown>
      </Popover>
      {isSet && (
        <button
          type="button"
          className={chip.clear}
          aria-label="Clear Time"
          onClick={() => onChange({ kind: "all" })}
        >
          <IconX size={14} stroke={2} aria-hidden />
        </button>
      )}
    </span>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
