// "used by 2 flags": opens the list of them, each a way there.
import { Button, Popover } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { formatCounted, KeyText } from "@/components";
import type { Audience } from "@/contract";
import classes from "./UsedBy.module.css";

export function UsedBy({ audience: { usedBy } }: { audience: Audience }) {
  if (usedBy.length === 0) {
    return (
      <span
        className={classes.none}
        title="Choose it in a rule of a flag: the rule then serves its customers."
      >
        used by no flag
      </span>
    );
  }
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button className={classes.button ?? ""} rightSection={<IconChevronDown size={14} stroke={1.75} />}>
          used by {formatCounted(usedBy.length, "flag")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown ?? ""} aria-label="Flags that use it">
        <ul className={classes.flags}>
          {usedBy.map(({ id, key }) => (
            <li key={id}>
              <Link to="/flags/$key" params={{ key }}>
                <KeyText text={key} />
              </Link>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
