// Which environment the page looks at: a row of choices, or a menu when there are many.
import { Menu, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { EnvironmentBadge } from "@/components/EnvironmentBadge";
import classes from "./EnvironmentSelector.module.css";
import { useEnvironment } from "./environment";

/** More than so many do not fit beside the search box. */
const MOST_IN_A_ROW = 4;

export function EnvironmentSelector() {
  const { environments, current, select } = useEnvironment();
  if (!current) return null;
  if (environments.length > MOST_IN_A_ROW) {
    return (
      <Menu>
        <Menu.Target>
          <UnstyledButton className={classes.many} aria-label={`Environment: ${current.name}`}>
            <EnvironmentBadge environment={current} />
            <IconChevronDown size={16} stroke={1.75} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {environments.map((environment) => (
            <Menu.Item key={environment.key} onClick={() => select(environment.key)}>
              <EnvironmentBadge environment={environment} />
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    );
  }
  return (
    <fieldset className={classes.row}>
      <legend className="hidden">Environment</legend>
      {environments.map((environment) => (
        <label key={environment.key} className={classes.choice}>
          <input
            type="radio"
            className="hidden"
            name="environment"
            value={environment.key}
            checked={environment.key === current.key}
            onChange={() => select(environment.key)}
          />
          <EnvironmentBadge environment={environment} />
        </label>
      ))}
    </fieldset>
  );
}
