// The ⋯ menu of a flag in the list. Killing and restoring lead to the flag's own dialog, which says what they do.
import {
  IconArchive,
  IconArchiveOff,
  IconArrowBackUp,
  IconArrowRight,
  IconCopy,
  IconHelpCircle,
  IconPlus,
  IconPower,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import type { CommandFailure } from "@/api";
import { announce } from "@/app/announcements";
import { useNotedMutation } from "@/app/noted";
import { useDenied } from "@/app/rights";
import { copyText, type MenuEntry } from "@/components";
import type { FlagSummary } from "@/contract";

type Inputs = {
  onArchive: (flag: FlagSummary) => void;
  onProblem: (problem: { title: string; failure: CommandFailure } | null) => void;
  /** Nothing can be changed now. */
  frozen: boolean;
};

const GONE = "The database cannot be reached";

/** The same function as long as `frozen` stays. */
export function useFlagMenu(inputs: Inputs): (flag: FlagSummary) => ReadonlyArray<MenuEntry> {
  const { frozen } = inputs;
  const navigate = useNavigate();
  const unarchive = useNotedMutation("flag_unarchive");
  const noEdit = useDenied("editFlags");
  const noKill = useDenied("kill");
  const latest = useRef({ ...inputs, navigate, unarchive });
  latest.current = { ...inputs, navigate, unarchive };

  return useCallback(
    (flag: FlagSummary): ReadonlyArray<MenuEntry> => {
      const icon = { size: 16, stroke: 1.75 } as const;
      const unless = (reason: string | null) => (reason === null ? {} : { disabled: true, reason });
      const blocked = unless(frozen ? GONE : noEdit);
      const killing = unless(frozen ? GONE : noKill);
      const open = (dialog?: "kill" | "restore") =>
        void latest.current.navigate({
          to: "/flags/$key",
          params: { key: flag.key },
          search: dialog ? { dialog } : {},
        });
      const shared: ReadonlyArray<MenuEntry> = [
        { label: "Open", icon: <IconArrowRight {...icon} />, shortcut: "Enter", run: () => open() },
        {
          label: "Copy key",
          icon: <IconCopy {...icon} />,
          run: () => void copyText(flag.key).then(() => announce({ text: `Copied ${flag.key}.` })),
        },
        {
          label: "Duplicate…",
          icon: <IconPlus {...icon} />,
          ...blocked,
          run: () => void latest.current.navigate({ to: "/flags", search: { create: true, from: flag.key } }),
        },
      ];
      if (flag.archivedAt !== null) {
        return [
          ...shared,
          "divider",
          {
            label: "Unarchive",
            icon: <IconArchiveOff {...icon} />,
            ...blocked,
            run: () =>
              latest.current.unarchive.mutate(
                { flag: flag.id },
                {
                  onSuccess: () => announce({ text: `${flag.key} is among the flags in use again.` }),
                  onError: (failure) =>
                    latest.current.onProblem({ title: `${flag.key} was not unarchived.`, failure }),
                },
              ),
          },
        ];
      }
      return [
        ...shared,
        {
          label: "Ask why for a customer…",
          icon: <IconHelpCircle {...icon} />,
          run: () => void latest.current.navigate({ to: "/why", search: { flag: flag.key } }),
        },
        "divider",
        flag.isActive
          ? { label: "Kill…", icon: <IconPower {...icon} />, ...killing, run: () => open("kill") }
          : {
              label: "Restore…",
              icon: <IconArrowBackUp {...icon} />,
              ...killing,
              run: () => open("restore"),
            },
        {
          label: "Archive…",
          icon: <IconArchive {...icon} />,
          ...blocked,
          run: () => latest.current.onArchive(flag),
        },
      ];
    },
    [frozen, noEdit, noKill],
  );
}
