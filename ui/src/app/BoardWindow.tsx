// The frame of the kill board's own window: nothing but the board, which nothing leads away from.
import { Outlet } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { platform } from "@/platform";
import { Announcements } from "./announcements";
import { DatabaseBanner } from "./DatabaseBanner";
import classes from "./Shell.module.css";
import { useShortcuts } from "./useShortcuts";
import { useWorkspace } from "./workspace";

export function BoardWindow() {
  const workspace = useWorkspace();
  useShortcuts();
  useEffect(() => platform().setTitle(`Kill board · ${workspace.name}`), [workspace.name]);
  return (
    <div className={classes.alone}>
      <DatabaseBanner />
      <main className={classes.main}>
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
      <Announcements />
    </div>
  );
}
