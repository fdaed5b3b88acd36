// Why the controls of a section are disabled: said once for all of them. Nothing while the person may use them.
import { IconLock } from "@tabler/icons-react";
import classes from "./DenialNote.module.css";
import { type Right, useDenied } from "./rights";

export function DenialNote({ right }: { right: Right }) {
  const denied = useDenied(right);
  if (denied === null) return null;
  return (
    <p className={classes.note}>
      <IconLock size={16} stroke={1.75} aria-hidden /> {denied}
    </p>
  );
}
