// The ⋯ menu of a row or page.
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Kbd } from "./Kbd";

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
  tabIndex?: number;
};

export function MenuButton({ label, entries, tabIndex }: Props) {
  return (
    <Menu position="bottom-end" keepMounted={false}>
      <Menu.Target>
        <ActionIcon aria-label={label} tabIndex={tabIndex} onClick={(event) => event.stopPropagation()}>
          <IconDots size={16} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown
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
  );
}
