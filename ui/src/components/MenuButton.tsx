// The ⋯ menu of a row or page.
import { Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { type ReactNode, type Ref, useRef, useState } from "react";
import { IconButton } from "./IconButton";
import { Kbd } from "./Kbd";
import classes from "./MenuButton.module.css";

export type MenuEntry =
  | {
      label: string;
      icon?: ReactNode;
      shortcut?: string;
      disabled?: boolean;
      /** Why it is disabled. */
      reason?: string;
      run: () => void;
    }
  | "divider";

type Props = {
  /** What the menu is about, as in "Actions for checkout-v2". */
  label: string;
  entries: ReadonlyArray<MenuEntry>;
  tabIndex?: number | undefined;
};

/** The menu itself is made when it is opened: a list has one of these in every row. */
export function MenuButton({ label, entries, tabIndex }: Props) {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpened(false);
    button.current?.focus({ preventScroll: true });
  };
  return (
    <span className={classes.place}>
      <IconButton
        ref={button}
        label={label}
        aria-haspopup="menu"
        aria-expanded={opened}
        tabIndex={tabIndex}
        onClick={(event) => {
          event.stopPropagation();
          setOpened(!opened);
        }}
      >
        <IconDots size={16} stroke={1.75} aria-hidden />
      </IconButton>
      {opened && (
        <Menu opened onClose={close} position="bottom-end">
          <Menu.Target>
            <Anchor />
          </Menu.Target>
          <Menu.Dropdown
            aria-label={label}
            onClick={(event) => event.stopPropagation()}
            onKeyDown={(event) => event.stopPropagation()}
          >
            {entries.map((entry, index) =>
              entry === "divider" ? (
                <Menu.Divider key={`divider ${index}`} />
              ) : (
                <Menu.Item
                  key={entry.label}
                  leftSection={entry.icon}
                  rightSection={entry.shortcut && <Kbd shortcut={entry.shortcut} />}
                  disabled={entry.disabled ?? false}
                  title={entry.reason}
                  onClick={entry.run}
                >
                  {entry.label}
                </Menu.Item>
              ),
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </span>
  );
}

/** Where the menu hangs; the button beside it says all there is to say. */
function Anchor({ ref }: { ref?: Ref<HTMLSpanElement> }) {
  return <span ref={ref} className={classes.anchor} />;
}
