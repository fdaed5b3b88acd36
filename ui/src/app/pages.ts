// The pages as the side bar, the palette and the window's title know them.
import {
  IconAlertHexagon,
  IconFlag3,
  IconHelpCircle,
  IconHistory,
  IconListDetails,
  IconSettings,
  IconUsers,
  IconUsersGroup,
  type TablerIcon,
} from "@tabler/icons-react";

export type PageEntry = {
  to:
    | "/flags"
    | "/audiences"
    | "/customers"
    | "/evaluations"
    | "/why"
    | "/audit"
    | "/kill-board"
    | "/settings";
  name: string;
  icon: TablerIcon;
  shortcut: string;
  /** Whether the page looks at one environment: others hide the selector. */
  environment: boolean;
  /** Where that differs for the pages below it, as one customer's from the list of all. */
  environmentBelow?: boolean;
  /** More words to find it by. */
  keywords: string;
};

export const PAGES: ReadonlyArray<PageEntry> = [
  {
    to: "/flags",
    name: "Flags",
    icon: IconFlag3,
    shortcut: "mod+1",
    environment: true,
    keywords: "features toggles rollouts",
  },
  {
    to: "/audiences",
    name: "Audiences",
    icon: IconUsersGroup,
    shortcut: "mod+2",
    environment: false,
    keywords: "segments conditions",
  },
  {
    to: "/customers",
    name: "Customers",
    icon: IconUsers,
    shortcut: "mod+3",
    environment: false,
    environmentBelow: true,
    keywords: "users people entities accounts search",
  },
  {
    to: "/evaluations",
    name: "Evaluations",
    icon: IconListDetails,
    shortcut: "mod+4",
    environment: true,
    keywords: "log calls",
  },
  {
    to: "/why",
    name: "Why",
    icon: IconHelpCircle,
    shortcut: "mod+5",
    environment: true,
    keywords: "explain customer debug trace",
  },
  {
    to: "/audit",
    name: "Audit",
    icon: IconHistory,
    shortcut: "mod+6",
    environment: false,
    keywords: "history changes who",
  },
  {
    to: "/kill-board",
    name: "Kill board",
    icon: IconAlertHexagon,
    shortcut: "mod+Shift+B",
    environment: false,
    keywords: "emergency switch off stop incident on-call",
  },
  {
    to: "/settings",
    name: "Settings",
    icon: IconSettings,
    shortcut: "mod+,",
    environment: false,
    keywords: "workspace environments sdk keys servers local endpoint appearance customer source",
  },
];

/** The page that `path` belongs to. */
export function pageAt(path: string): PageEntry | undefined {
  return PAGES.find(({ to }) => path === to || path.startsWith(`${to}/`));
}

/** Whether what is at `path` looks at one environment. */
export function looksAtEnvironment(path: string): boolean {
  const page = pageAt(path);
  if (!page) return false;
  return path === page.to ? page.environment : (page.environmentBelow ?? page.environment);
}
