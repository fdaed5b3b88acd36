// One environment: handle, colour and letter, name, key, whether it is production, and its menu.
import { useSortable } from "@dnd-kit/react/sortable";
import { ActionIcon, Checkbox, Tooltip } from "@mantine/core";
import { IconGripVertical, IconPencil, IconTrash } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { EnvironmentBadge, formatCounted, MenuButton } from "@/components";
import type { Environment } from "@/contract";
import classes from "./Environments.module.css";

type Props = {
  environment: Environment;
  index: number;
  total: number;
  /** Flags that are on in it; undefined until known. */
  flagsOn: number | undefined;
  disabled: boolean;
  onMove: (to: number) => void;
  onEdit: () => void;
  onProduction: () => void;
  onNoteRequired: () => void;
  onDelete: () => void;
};

export function EnvironmentRow(props: Props) {
  const { environment, index, total, disabled } = props;
  const { key, name, production, noteRequired } = environment;
  const { ref, handleRef, isDragging } = useSortable({ id: key, index, disabled });

  /** Alt+↑ and Alt+↓ move the row from wherever in it the focus is. */
  function moveByKey(event: KeyboardEvent) {
    if (!event.altKey || disabled) return;
    const to = event.key === "ArrowUp" ? index - 1 : event.key === "ArrowDown" ? index + 1 : null;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (to >= 0 && to < total) props.onMove(to);
  }

  return (
    <li ref={ref} className={classes.row} data-dragging={isDragging} onKeyDownCapture={moveByKey}>
      <Tooltip label="Drag to move, or press Alt ↑ ↓">
        <ActionIcon
          ref={handleRef}
          size={24}
          className={classes.handle ?? ""}
          aria-label={`Move ${name}`}
          disabled={disabled}
        >
          <IconGripVertical size={16} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
      <span className={classes.name} title={name}>
        <EnvironmentBadge environment={environment} />
      </span>
      <code className={classes.key} title={key}>
        {key}
      </code>
      <span className={classes.count}>
        {props.flagsOn !== undefined && `${formatCounted(props.flagsOn, "flag")} on`}
      </span>
      <Checkbox
        className={classes.production ?? ""}
        label="Production"
        aria-label={`${name} is production`}
        checked={production}
        disabled={disabled}
        onChange={props.onProduction}
      />
      <Checkbox
        className={classes.production ?? ""}
        label="Require a note"
        aria-label={`Require a note in ${name}`}
        checked={noteRequired}
        disabled={disabled}
        onChange={props.onNoteRequired}
      />
      <MenuButton
        label={`Actions for ${name}`}
        entries={[
          {
            label: "Name and colour…",
            icon: <IconPencil size={16} stroke={1.75} />,
            disabled,
            run: props.onEdit,
          },
          "divider",
          {
            label: "Move up",
            shortcut: "Alt+ArrowUp",
            disabled: disabled || index === 0,
            run: () => props.onMove(index - 1),
          },
          {
            label: "Move down",
            shortcut: "Alt+ArrowDown",
            disabled: disabled || index === total - 1,
            run: () => props.onMove(index + 1),
          },
          "divider",
          {
            label: "Delete…",
            icon: <IconTrash size={16} stroke={1.75} />,
            disabled: disabled || total === 1,
            ...(total === 1 ? { reason: "The last environment cannot be deleted." } : {}),
            run: props.onDelete,
          },
        ]}
      />
    </li>
  );
}
