// A shortcut as keys, written as on this computer.
import { shortcutKeys } from "@/app/shortcuts";
import classes from "./Kbd.module.css";

export function Kbd({ shortcut }: { /** As in `mod+K`. */ shortcut: string }) {
  return <kbd className={classes.kbd}>{shortcutKeys(shortcut).join(" ")}</kbd>;
}
