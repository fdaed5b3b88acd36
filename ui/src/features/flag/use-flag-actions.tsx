// What can be done with a flag: its ⋯ menu, and the same as actions of the palette with their shortcuts.
import {
  IconArchive,
  IconArchiveOff,
  IconCopyPlus,
  IconEye,
  IconEyeOff,
  IconHelpCircle,
  IconPencil,
  IconPin,
  IconPinnedOff,
  IconTag,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type Action, useActions } from "@/app/actions";
import { announce } from "@/app/announcements";
import { useNotedMutation } from "@/app/noted";
import { useDenied, useEntryGate } from "@/app/rights";
import { copyText, type MenuEntry } from "@/components";
import type { Environment, Flag, FlagChanges } from "@/contract";
import { useSnippets } from "./code/use-snippets";
import type { FlagDialog } from "./FlagView";
import { isEmpty } from "./model/draft";
import type { Save } from "./save/use-save";
import type { FlagDraft } from "./use-flag-draft";
import type { Switches } from "./use-switches";

type Inputs = {
  flag: Flag;
  environments: ReadonlyArray<Environment>;
  flagDraft: FlagDraft;
  save: Save;
  switches: Switches;
  open: (dialog: FlagDialog) => void;
};

const icon = { size: 16, stroke: 1.75 } as const;

export function useFlagActions({ flag, environments, flagDraft, save, switches, open }: Inputs): {
  menu: Array<MenuEntry>;
  unarchive: () => void;
} {
  const navigate = useNavigate();
  const update = useNotedMutation("flag_update");
  const unarchiving = useNotedMutation("flag_unarchive");
  const archived = flag.archivedAt !== null;
  const gate = useEntryGate("editFlags");
  const [mayEdit, mayKill, maySwitch] = [useDenied("editFlags"), useDenied("kill"), useDenied("switch")].map(
    (denied) => denied === null,
  );
  const edited = !isEmpty(flagDraft.draft);

  const set = (changes: FlagChanges, text: string) =>
    update.mutate(
      { flag: flag.id, baseVersion: flag.version, changes },
      {
        onSuccess: () => announce({ text }),
        onError: ({ message }) => announce({ text: `${flag.key} was not changed. ${message}` }),
      },
    );
  const unarchive = () =>
    unarchiving.mutate(
      { flag: flag.id },
      {
        onSuccess: () => announce({ text: `${flag.key} is among the flags in use again.` }),
        onError: ({ message }) => announce({ text: `${flag.key} was not unarchived. ${message}` }),
      },
    );
  const { chosen: code } = useSnippets(flag);
  const askWhy = () => open("why");
  const duplicate = () => void navigate({ to: "/flags", search: { create: true, from: flag.key } });

  const menu: Array<MenuEntry> = [
    {
      label: "Rename and describe…",
      icon: <IconPencil {...icon} />,
      disabled: archived,
      ...gate,
      run: () => open("name"),
    },
    { label: "Tags…", icon: <IconTag {...icon} />, disabled: archived, ...gate, run: () => open("tags") },
    flag.clientVisible
      ? {
          label: "Hide from clients",
          icon: <IconEyeOff {...icon} />,
          disabled: archived,
          ...gate,
          run: () => set({ clientVisible: false }, `Client keys no longer see ${flag.key}.`),
        }
      : {
          label: "Make visible to clients",
          icon: <IconEye {...icon} />,
          disabled: archived,
          ...gate,
          run: () => set({ clientVisible: true }, `Client keys see ${flag.key}.`),
        },
    flag.permanent
      ? {
          label: "No longer permanent",
          icon: <IconPinnedOff {...icon} />,
          disabled: archived,
          ...gate,
          run: () => set({ permanent: false }, `${flag.key} is no longer permanent.`),
        }
      : {
          label: "Mark permanent",
          icon: <IconPin {...icon} />,
          disabled: archived,
          ...gate,
          run: () => set({ permanent: true }, `${flag.key} is meant to stay.`),
        },
    "divider",
    { label: "Duplicate…", icon: <IconCopyPlus {...icon} />, ...gate, run: duplicate },
    { label: "Ask why for a customer…", icon: <IconHelpCircle {...icon} />, shortcut: "W", run: askWhy },
    "divider",
    archived
      ? { label: "Unarchive", icon: <IconArchiveOff {...icon} />, ...gate, run: unarchive }
      : { label: "Archive…", icon: <IconArchive {...icon} />, ...gate, run: () => open("archive") },
  ];

  const actions: Array<Action> = [
    {
      id: "flag.save",
      label: `Save ${flag.key}`,
      shortcut: "mod+S",
      disabled: !edited || !mayEdit,
      run: save.save,
    },
    {
      id: "flag.discard",
      label: `Discard changes of ${flag.key}`,
      disabled: !edited,
      run: flagDraft.discard,
    },
    {
      id: "flag.why",
      label: `Ask why for ${flag.key}`,
      shortcut: "W",
      keywords: "explain customer",
      run: askWhy,
    },
    {
      id: "flag.history",
      label: `History of ${flag.key}`,
      keywords: "versions revert",
      run: () => void navigate({ to: "/flags/$key", params: { key: flag.key }, search: { tab: "history" } }),
    },
    {
      id: "flag.code",
      label: `Code for ${flag.key}`,
      keywords: "sdk snippet evaluate developer react python curl openfeature",
      run: () => void navigate({ to: "/flags/$key", params: { key: flag.key }, search: { tab: "code" } }),
    },
    {
      id: "flag.copy-code",
      label: `Copy code for ${flag.key} (${code.name})`,
      keywords: "sdk snippet evaluate developer",
      run: () =>
        void copyText(code.code).then(() =>
          announce({ text: `The code for ${code.name} is on the clipboard.` }),
        ),
    },
    {
      id: "flag.duplicate",
      label: `Duplicate ${flag.key}`,
      keywords: "copy",
      disabled: !mayEdit,
      run: duplicate,
    },
    {
      id: "flag.rename",
      label: `Rename or describe ${flag.key}`,
      disabled: archived || !mayEdit,
      run: () => open("name"),
    },
    {
      id: "flag.tags",
      label: `Tags of ${flag.key}`,
      disabled: archived || !mayEdit,
      run: () => open("tags"),
    },
    archived
      ? { id: "flag.archive", label: `Unarchive ${flag.key}`, disabled: !mayEdit, run: unarchive }
      : { id: "flag.archive", label: `Archive ${flag.key}`, disabled: !mayEdit, run: () => open("archive") },
    ...(archived || !mayKill ? [] : [killAction(flag, open)]),
    ...(archived || !flag.isActive || !maySwitch
      ? []
      : environments.map((one) => switchAction(flag, one, switches.flip))),
  ];
  useActions(actions);
  return { menu, unarchive };
}

function killAction(flag: Flag, open: Inputs["open"]): Action {
  return flag.isActive
    ? { id: "flag.kill", label: `Kill ${flag.key}`, shortcut: "mod+Shift+K", run: () => open("kill") }
    : { id: "flag.kill", label: `Restore ${flag.key}`, run: () => open("restore") };
}

function switchAction(flag: Flag, environment: Environment, flip: Switches["flip"]): Action {
  const on = flag.environments[environment.key] === true;
  return {
    id: `flag.switch.${environment.key}`,
    label: `Switch ${on ? "off" : "on"} ${flag.key} in ${environment.name}`,
    run: () => flip(environment),
  };
}
