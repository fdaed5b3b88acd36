// Every page and its address. Pages but the first load when they are first opened.
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
  useLocation,
} from "@tanstack/react-router";
import { FlagsPage } from "@/features/flags/FlagsPage";
import { BoardWindow } from "./BoardWindow";
import { PageFailed, PageMissing } from "./PageFailed";
import { Shell } from "./Shell";

/** What a link to a flag may ask for besides the flag. */
export type FlagSearch = {
  tab?: "rules" | "evaluations" | "history" | "code";
  /** Opens the flag with this dialog; nothing is done without its own confirmation. */
  dialog?: "kill" | "restore" | "archive" | "duplicate";
};
export type FlagsSearch = {
  /** Show only flags with a rule on this audience (its id). */
  audience?: string;
  /** Open the dialog for a new flag. */
  create?: boolean;
  /** With `create`: the key of the flag to start from. */
  from?: string;
  /** With `create`: the key of the new flag. */
  key?: string;
};
/** `flag` may be `*` for all of them; `at` is a moment of the past. */
export type WhySearch = { flag?: string; entity?: string; environment?: string; at?: string };
export type AuditSearch = {
  /** Only this kind of item, only this item. */
  entityType?: string;
  entityId?: string;
  /** Opens the entry of this number beside the list, whatever the filter. */
  entry?: string;
  /** `review`: the changes that wait for a note. */
  tab?: string;
};
/** Not a part of the path: an id may be `..` or hold slashes. */
export type CustomerSearch = { entity?: string };
export type EvaluationsSearch = { flag?: string; entity?: string };
export type KillBoardSearch = {
  /** The key of the flag to put the keyboard on. */
  flag?: string;
  /** `board`: in a window of its own, without side bar, to be read from two metres. */
  window?: string;
  /** Tells two calls for the same flag apart: the keyboard comes back to it. */
  nth?: string;
};
export type SettingsSearch = { section?: string };

function Frame() {
  const alone = useLocation({ select: ({ search }) => (search as KillBoardSearch).window === "board" });
  return alone ? <BoardWindow /> : <Shell />;
}

const rootRoute = createRootRoute({ component: Frame });

/** Keeps the search parameters that are texts and named in `keys`. */
function texts<Key extends string>(
  search: Record<string, unknown>,
  ...keys: Array<Key>
): { [key in Key]?: string } {
  const kept: { [key in Key]?: string } = {};
  for (const key of keys) {
    const value = search[key];
    if (typeof value === "string" || typeof value === "number") kept[key] = String(value);
  }
  return kept;
}

const routeTree = rootRoute.addChildren([
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/flags" });
    },
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/flags",
    validateSearch: (search): FlagsSearch => ({
      ...texts(search, "audience", "from", "key"),
      ...(search.create === true ? { create: true } : {}),
    }),
    component: FlagsPage,
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/flags/$key",
    validateSearch: (search) => texts(search, "tab", "dialog") as FlagSearch,
    component: lazyRouteComponent(() => import("@/features/flag/FlagPage"), "FlagPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/audiences",
    component: lazyRouteComponent(() => import("@/features/audiences/AudiencesPage"), "AudiencesPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    /** `new` for one that is not saved yet. */
    path: "/audiences/$id",
    component: lazyRouteComponent(() => import("@/features/audiences/AudiencePage"), "AudiencePage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/customers",
    component: lazyRouteComponent(() => import("@/features/customers/CustomersPage"), "CustomersPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/customers/customer",
    validateSearch: (search): CustomerSearch => texts(search, "entity"),
    component: lazyRouteComponent(() => import("@/features/customers/CustomerPage"), "CustomerPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/evaluations",
    validateSearch: (search): EvaluationsSearch => texts(search, "flag", "entity"),
    component: lazyRouteComponent(() => import("@/features/evaluations/EvaluationsPage"), "EvaluationsPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/why",
    validateSearch: (search): WhySearch => texts(search, "flag", "entity", "environment", "at"),
    component: lazyRouteComponent(() => import("@/features/why/WhyPage"), "WhyPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/audit",
    validateSearch: (search): AuditSearch => texts(search, "entityType", "entityId", "entry", "tab"),
    component: lazyRouteComponent(() => import("@/features/audit/AuditPage"), "AuditPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/kill-board",
    validateSearch: (search): KillBoardSearch => texts(search, "flag", "window", "nth"),
    component: lazyRouteComponent(() => import("@/features/kill-board/KillBoardPage"), "KillBoardPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/settings",
    validateSearch: (search): SettingsSearch => texts(search, "section"),
    component: lazyRouteComponent(() => import("@/features/settings/SettingsPage"), "SettingsPage"),
  }),
]);

/** Tests give a history of their own. */
export function createAppRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({
    routeTree,
    history,
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: PageMissing,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
