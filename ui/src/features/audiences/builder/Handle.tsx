// What a row or group is moved by: dragged, or clicked for what else can be done with it.
import { Menu } from "@mantine/core";
import { IconGripVertical } from "@tabler/icons-react";
import { type PointerEvent, useRef, useState } from "react";
import { IconButton, useHint } from "@/components";
import classes from "./Handle.module.css";

export type HandleEntry = { label: string; shortcut?: string; why?: string | null; run: () => void };

type Props = {
  /** As in "condition 2". */
  what: string;
  /** Asked for when the menu opens. */
  entries: () => ReadonlyArray<HandleEntry>;
  /** The pointer went down on it; true when it was a drag, and no click. */
  onGrab: (event: PointerEvent<HTMLElement>, dropped: () => void) => void;
};

export function Handle({ what, entries, onGrab }: Props) {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const dragged = useRef(false);
  const hint = useHint("Drag to move, click for more · Alt ↑ ↓ moves");
  return (
    <span className={classes.place}>
      <IconButton
        ref={button}
        label={`Actions for ${what}`}
        size="small"
        className={classes.handle}
        data-handle
        aria-haspopup="menu"
        aria-expanded={opened}
        {...hint}
        onPointerDown={(event) => {
          dragged.current = false;
          onGrab(event, () => {
            dragged.current = true;
          });
        }}
        onClick={() => {
          if (!dragged.current) setOpened(!opened);
          dragged.current = false;
        }}
      >
        <IconGripVertical size={16} stroke={1.75} aria-hidden />
      </IconButton>
      {opened && (
        <Menu
          opened
          onClose={() => {
            setOpened(false);
            button.current?.focus({ preventScroll: true });
          }}
        >
          <Menu.Target>
            <span className={classes.anchor} />
          </Menu.Target>
          <Menu.Dropdown aria-label={`Actions for ${what}`}>
            {entries().map(({ label, shortcut, why, run }) => (
              <Menu.Item
                key={label}
                disabled={Boolean(why)}
                title={why ?? undefined}
                rightSection={shortcut && <span className={classes.shortcut}>{shortcut}</span>}
                onClick={run}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
  );
}
