// An environment: a square in its colour with its letter in it, and its name unless `square` alone is wanted.
import type { Environment } from "@/contract";
import { inkOn } from "./color";
import classes from "./EnvironmentBadge.module.css";

type Shown = Pick<Environment, "key" | "name" | "color">;

export function EnvironmentBadge({ environment, square = false }: { environment: Shown; square?: boolean }) {
  const letter = (environment.name || environment.key).slice(0, 1).toUpperCase();
  const mark = (
    <span
      className={classes.square}
      style={{ background: environment.color }}
      data-ink={inkOn(environment.color)}
      {...(square
        ? { role: "img", "aria-label": environment.name, title: environment.name }
        : { "aria-hidden": true })}
    >
      {letter}
    </span>
  );
  if (square) return mark;
  return (
    <span className={classes.badge}>
      {mark}
      <span className={classes.name}>{environment.name}</span>
    </span>
  );
}
