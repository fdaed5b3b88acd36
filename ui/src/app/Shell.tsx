// The frame around every page: side bar, top bar, what is wrong with the database, and the palette.
import { Outlet, useLocation } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { platform } from "@/platform";
import { Announcements } from "./announcements";
import { DatabaseBanner } from "./DatabaseBanner";
import { NoteQuestion } from "./noted";
import { looksAtEnvironment, pageAt } from "./pages";
import { Palette } from "./palette/Palette";
import classes from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { TopBar } from "./TopBar";
import { useGlobalActions } from "./useGlobalActions";
import { useShortcuts } from "./useShortcuts";
import { useWorkspace } from "./workspace";

export function Shell() {
  const [searching, setSearching] = useState(false);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const page = pageAt(path);
  const workspace = useWorkspace();
  useGlobalActions({ openPalette: () => setSearching(true) });
  useShortcuts();

  const detail = path.split("/")[2];
  useEffect(() => {
    const place = detail && page?.to === "/flags" ? decodeURIComponent(detail) : (page?.name ?? "Halyard");
    platform().setTitle(`${place} · ${workspace.name}`);
  }, [detail, page, workspace.name]);

  return (
    <div className={classes.shell}>
      <Sidebar />
      <div className={classes.column}>
        <TopBar withEnvironment={looksAtEnvironment(path)} onSearch={() => setSearching(true)} />
        <DatabaseBanner />
        <main className={classes.main}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Announcements />
      <NoteQuestion />
      {searching && <Palette onClose={() => setSearching(false)} />}
    </div>
  );
}
