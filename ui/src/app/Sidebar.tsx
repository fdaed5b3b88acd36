// Pages, the workspace on top, and whether everything is live at the bottom.
import { Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useCommandQuery } from "@/api";
import { formatCount } from "@/components/format";
import { LiveFooter } from "./LiveFooter";
import { PAGES, type PageEntry } from "./pages";
import classes from "./Sidebar.module.css";
import { WorkspaceMenu } from "./WorkspaceMenu";

export function Sidebar() {
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags.length;
  const audiences = useCommandQuery("audiences_list", {}).data?.length;
  const customers = useCommandQuery("customer_source_get", {}).data?.customers ?? undefined;
  const due = useCommandQuery("reviews_list", {}).data?.length ?? 0;
  // As in the style sheets: with names beside the icons, a tooltip would only say them again.
  const iconsOnly = useMediaQuery("(max-width: 1099px)");
  const counts: Partial<Record<PageEntry["to"], number | undefined>> = {
    "/flags": flags,
    "/audiences": audiences,
    "/customers": customers,
  };
  return (
    <aside className={classes.sidebar}>
      <WorkspaceMenu />
      <nav className={classes.nav} aria-label="Pages">
        {PAGES.map(({ to, name, icon: Icon }) => {
          const count = counts[to];
          return (
            <Tooltip key={to} label={name} position="right" disabled={!iconsOnly}>
              <Link
                to={to}
                className={classes.link}
                activeProps={{ "aria-current": "page" }}
                aria-label={spoken(name, count, to === "/audit" ? due : 0)}
                data-apart={to === "/kill-board"}
                draggable={false}
              >
                <Icon size={16} stroke={1.75} aria-hidden />
                <span className={classes.name}>{name}</span>
                {count !== undefined && <span className={classes.count}>{formatCount(count)}</span>}
                {to === "/audit" && due > 0 && (
                  <span className={classes.due} title={`${formatCount(due)} to review`}>
                    {formatCount(due)}
                  </span>
                )}
              </Link>
            </Tooltip>
          );
        })}
      </nav>
      <LiveFooter />
    </aside>
  );
}

function spoken(name: string, count: number | undefined, due: number): string {
  if (due > 0) return `${name}, ${formatCount(due)} to review`;
  return count === undefined ? name : `${name}, ${formatCount(count)}`;
}
