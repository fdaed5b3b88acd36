// The open workspace, the others of this computer, and the look of the app.
import { Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import {
  IconChevronDown,
  IconDatabase,
  IconFlag3,
  IconMoon,
  IconPlugConnectedX,
  IconSettings,
  IconSun,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useCommandMutation, useCommandQuery } from "@/api";
import { Kbd } from "@/components/Kbd";
import classes from "./WorkspaceMenu.module.css";
import { useWorkspace } from "./workspace";

export function WorkspaceMenu() {
  const workspace = useWorkspace();
  const remembered = useCommandQuery("workspace_status", {}).data?.remembered ?? [];
  const others = remembered.filter(({ id }) => id !== workspace.id);
  const open = useCommandMutation("workspace_open");
  const close = useCommandMutation("workspace_close");
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <Menu width={260}>
      <Menu.Target>
        <button type="button" className={classes.target} aria-label={`Workspace ${workspace.name}`}>
          <span className={classes.mark} aria-hidden>
            <IconFlag3 size={14} stroke={2} />
          </span>
          <span className={classes.name}>{workspace.name}</span>
          <IconChevronDown className={classes.chevron} size={16} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.about}>
          <p className={classes.person}>{workspace.actor}</p>
          <p>
            {workspace.kind === "embedded"
              ? "Sample workspace on this computer"
              : `${workspace.role} on ${workspace.host}, ${workspace.database}`}
          </p>
          <p>Postgres {workspace.serverVersion}</p>
        </div>
        <Menu.Divider />
        {others.map(({ id, name }) => (
          <Menu.Item
            key={id}
            leftSection={<IconDatabase size={16} stroke={1.75} />}
            onClick={() => open.mutate({ id })}
          >
            Switch to {name}
          </Menu.Item>
        ))}
        <Menu.Item
          leftSection={<IconPlugConnectedX size={16} stroke={1.75} />}
          onClick={() => close.mutate({})}
        >
          Open another workspace…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={dark ? <IconSun size={16} stroke={1.75} /> : <IconMoon size={16} stroke={1.75} />}
          rightSection={<Kbd shortcut="mod+Shift+L" />}
          onClick={() => setColorScheme(dark ? "light" : "dark")}
        >
          {dark ? "Light theme" : "Dark theme"}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSettings size={16} stroke={1.75} />}
          rightSection={<Kbd shortcut="mod+," />}
          onClick={() => void navigate({ to: "/settings" })}
        >
          Settings
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
