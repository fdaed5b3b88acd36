// What can be done from every page: go to another, make a flag, change the look.
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useActions } from "./actions";
import { PAGES } from "./pages";

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
    {
      id: "theme",
      label: dark ? "Switch to the light theme" : "Switch to the dark theme",
      shortcut: "mod+Shift+L",
      keywords: "toggle colour color appearance dark light",
      run: () => setColorScheme(dark ? "light" : "dark"),
    },
  ]);
}
