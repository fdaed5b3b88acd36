// What the draft of a flag does to the customers, counted anew while it is edited. A draft without edits is
// counted too: it says whom each rule reaches.
import { useDebouncedValue } from "@mantine/hooks";
import { useMemo } from "react";
import { type Counted, useCount } from "@/api";
import type { Flag, FlagEdit } from "@/contract";

/** How long, in milliseconds, to wait for the next keystroke before counting. */
const PAUSE_MS = 150;

export type Impact = Counted<"flag_impact"> & {
  /** What was asked about last: that of the counts, once they are no longer `counting`. */
  edit: FlagEdit;
};

/** `saved` is the newest version, `draft` the flag as it would be once saved. */
export function useImpact(saved: Flag, draft: Flag, enabled = true): Impact {
  const { defaultValue, rules } = draft;
  const edit: FlagEdit = useMemo(
    () => ({
      defaultValue,
      rules: rules.map(({ id, audienceId, percentage, value }) => ({ id, audienceId, percentage, value })),
    }),
    [defaultValue, rules],
  );
  const [settled] = useDebouncedValue(edit, PAUSE_MS, { leading: true });
  const counted = useCount(
    "flag_impact",
    { flag: saved.id, draft: settled },
    { enabled, keepPrevious: true },
  );
  // A count against another version than the one on the page is about to be replaced.
  const outdated = counted.count !== null && counted.count.savedVersion !== saved.version;
  return { ...counted, edit: settled, counting: counted.counting || settled !== edit || outdated };
}
