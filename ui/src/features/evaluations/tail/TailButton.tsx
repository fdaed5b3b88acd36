// Live or not, how many calls come in, and holding the rows still.
import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import classes from "./Tail.module.css";
import { rateWords } from "./tail";
import type { LiveTail } from "./use-tail";

type Props = {
  live: boolean;
  /** By hand. */
  paused: boolean;
  tail: LiveTail;
  disabled?: boolean;
  onLive: (live: boolean) => void;
  onPause: (paused: boolean) => void;
};

export function TailButton({ live, paused, tail, disabled = false, onLive, onPause }: Props) {
  return (
    <>
      {live && (
        <Button
          leftSection={
            paused ? <IconPlayerPlay size={16} stroke={1.75} /> : <IconPlayerPause size={16} stroke={1.75} />
          }
          onClick={() => onPause(!paused)}
        >
          {paused ? "Go on" : "Pause"}
        </Button>
      )}
      <Button
        leftSection={<span className={classes.dot} data-live={live} />}
        aria-pressed={live}
        disabled={disabled}
        onClick={() => onLive(!live)}
      >
        Live
        {live && <span className={classes.rate}>· {tail.rate === null ? "–" : rateWords(tail.rate)}</span>}
      </Button>
    </>
  );
}
