// Which columns the log shows; kept on this computer.
import { ActionIcon, Menu } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { CHOOSABLE, type ColumnId } from "./shown-columns";

type Props = { shown: ReadonlySet<ColumnId>; onChange: (shown: ReadonlySet<ColumnId>) => void };

export function ColumnsMenu({ shown, onChange }: Props) {
  return (
    <Menu closeOnItemClick={false} position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon aria-label="Columns" title="Columns">
          <IconColumns3 size={16} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Columns</Menu.Label>
        {CHOOSABLE.map(({ id, label }) => (
          <Menu.CheckboxItem
            key={id}
            checked={shown.has(id)}
            onChange={() => {
              const next = new Set(shown);
              if (!next.delete(id)) next.add(id);
              onChange(next);
            }}
          >
            {label}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
