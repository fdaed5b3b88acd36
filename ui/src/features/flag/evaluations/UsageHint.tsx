// One hint about a flag, with the one thing it proposes; dismissed for 30 days, on this computer.
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { announce } from "@/app/announcements";
import { useGate } from "@/app/rights";
import { useStored } from "@/app/stored";
import { copyText, useNow } from "@/components";
import type { Flag, UsageState } from "@/contract";
import classes from "./FlagEvaluations.module.css";
import { hintOf, isDismissed } from "./hints";

type Dismissed = { readonly [hint in string]?: number };
const KEY = "halyard.hints.dismissed";
const NONE: Dismissed = {};

type Props = { flag: Flag; state: UsageState };

export function UsageHint({ flag, state }: Props) {
  const navigate = useNavigate();
  const archiveGate = useGate("editFlags");
  const now = useNow();
  const [dismissed, setDismissed] = useStored<Dismissed>(KEY, NONE);
  const hint = hintOf(flag, state, now);
  if (hint === null) return null;
  const name = `${flag.id} ${hint.kind}`;
  if (isDismissed(dismissed[name], now)) return null;
  const dismiss = () => {
    const at = Date.now();
    // What came back since need not be remembered.
    const kept = Object.entries(dismissed).filter(([, when]) => isDismissed(when, at));
    setDismissed({ ...Object.fromEntries(kept), [name]: at });
  };
  const open = (search: { tab: "code" } | { tab: "evaluations"; dialog: "archive" }) =>
    void navigate({ to: "/flags/$key", params: { key: flag.key }, search });
  return (
    <section className={classes.hint} aria-label="Hint">
      <p className={classes.hintText}>
        <strong>{hint.title}</strong> {hint.text}
      </p>
      {hint.action === "archive" && (
        <Button
          size="compact-sm"
          onClick={() => open({ tab: "evaluations", dialog: "archive" })}
          {...archiveGate}
        >
          Archive…
        </Button>
      )}
      {hint.action === "code" && (
        <Button size="compact-sm" onClick={() => open({ tab: "code" })}>
          Show how to read it
        </Button>
      )}
      {hint.action === "copy_key" && (
        <Button
          size="compact-sm"
          onClick={() => {
            void copyText(flag.key);
            announce({ text: `${flag.key} is copied: look for it in your code.` });
          }}
        >
          Copy the key to look for
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={dismiss}>
        Dismiss for 30 days
      </Button>
    </section>
  );
}
