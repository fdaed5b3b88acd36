// What can be done from every page: go to another, make a flag, change the look.
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { platform } from "@/platform";
import { useActions } from "./actions";
import { PAGES } from "./pages";

const SETTINGS = [
  { section: "workspace", name: "Workspace", keywords: "rename forget close who are you database" },
  { section: "environments", name: "Environments", keywords: "new order colour color production" },
  { section: "keys", name: "SDK keys", keywords: "api token rotate revoke secret server client admin" },
  { section: "servers", name: "Servers", keywords: "evaluators running host version" },
  {
    section: "endpoint",
    name: "Local endpoint",
    keywords: "evaluation server localhost port developer curl",
  },
  { section: "customers", name: "Customer source", keywords: "table columns id events" },
  { section: "appearance", name: "Appearance", keywords: "theme dark light shortcuts" },
] as const;

export function useGlobalActions({ openPalette }: { openPalette: () => void }): void {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  useActions([
    { id: "palette", label: "Search or jump to…", shortcut: "mod+K", run: openPalette },
    ...PAGES.map(({ to, name, shortcut, keywords }) => ({
      id: `page ${to}`,
      label: `Go to ${name}`,
      shortcut,
      keywords,
      run: () => void navigate({ to }),
    })),
    {
      id: "kill-board-window",
      label: "Open the kill board in a window",
      keywords: "own second screen on-call incident emergency",
      run: () => platform().openWindow("kill-board"),
    },
    {
      id: "new-flag",
      label: "New flag…",
      shortcut: "N",
      keywords: "create add",
      run: () => void navigate({ to: "/flags", search: { create: true } }),
    },
    {
      id: "new-audience",
      label: "New audience…",
      keywords: "create add segment",
      run: () => void navigate({ to: "/audiences/$id", params: { id: "new" } }),
    },
    ...SETTINGS.map(({ section, name, keywords }) => ({
      id: `settings ${section}`,
      label: `Settings: ${name}`,
      keywords,
      run: () => void navigate({ to: "/settings", search: { section } }),
    })),
    {
      id: "theme",
      label: dark ? "Switch to the light theme" : "Switch to the dark theme",
      shortcut: "mod+Shift+L",
      keywords: "toggle colour color appearance dark light",
      run: () => setColorScheme(dark ? "light" : "dark"),
    },
  ]);
}
