// What is set for the workspace, and for this computer.
import {
  IconAdjustments,
  IconBox,
  IconDatabase,
  IconKey,
  IconListDetails,
  IconPalette,
  IconPlugConnected,
  IconServer,
  type TablerIcon,
} from "@tabler/icons-react";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageHeader } from "@/components";
import { AppearanceSection } from "./AppearanceSection";
import { CustomerSourceForm } from "./CustomerSourceForm";
import { EndpointSection } from "./endpoint/EndpointSection";
import { EnvironmentsSection } from "./environments/EnvironmentsSection";
import { KeysSection } from "./keys/KeysSection";
import { LogSection } from "./log/LogSection";
import { Section } from "./Section";
import classes from "./SettingsPage.module.css";
import { ServersSection } from "./servers/ServersSection";
import { WorkspaceSection } from "./workspace/WorkspaceSection";

const SECTIONS: ReadonlyArray<{ id: string; name: string; icon: TablerIcon; content: ReactNode }> = [
  { id: "workspace", name: "Workspace", icon: IconBox, content: <WorkspaceSection /> },
  { id: "environments", name: "Environments", icon: IconAdjustments, content: <EnvironmentsSection /> },
  { id: "keys", name: "SDK keys", icon: IconKey, content: <KeysSection /> },
  { id: "servers", name: "Servers", icon: IconServer, content: <ServersSection /> },
  { id: "endpoint", name: "Local endpoint", icon: IconPlugConnected, content: <EndpointSection /> },
  {
    id: "customers",
    name: "Customer source",
    icon: IconDatabase,
    content: (
      <Section
        title="Customer source"
        lead="The table with a row for each customer. Audiences look at its columns; Halyard only reads it."
      >
        <CustomerSourceForm />
      </Section>
    ),
  },
  { id: "log", name: "Evaluation log", icon: IconListDetails, content: <LogSection /> },
  { id: "appearance", name: "Appearance", icon: IconPalette, content: <AppearanceSection /> },
];

export function SettingsPage() {
  const { section } = useSearch({ from: "/settings" });
  const shown = SECTIONS.find(({ id }) => id === section) ?? SECTIONS[0];
  return (
    <div className={classes.page}>
      <PageHeader title="Settings" />
      <div className={classes.body}>
        <nav className={classes.sections} aria-label="Settings">
          {SECTIONS.map(({ id, name, icon: Icon }) => (
            <Link
              key={id}
              to="/settings"
              search={{ section: id }}
              className={classes.link}
              aria-current={id === shown?.id ? "page" : undefined}
              draggable={false}
            >
              <Icon size={16} stroke={1.75} aria-hidden />
              {name}
            </Link>
          ))}
        </nav>
        <div className={classes.content}>
          <div key={shown?.id} className={classes.column}>
            {shown?.content}
          </div>
        </div>
      </div>
    </div>
  );
}
