// The log with nothing in it: what was looked for, and where to look instead.
import { Button } from "@mantine/core";
import { IconListDetails, IconSearchOff } from "@tabler/icons-react";
import { EmptyState, EnvironmentBadge } from "@/components";
import type { Environment } from "@/contract";
import classes from "./EvaluationsPage.module.css";
import { type Filters, filterWords, isFiltered } from "./filter";

type Props = {
  filters: Filters;
  environments: ReadonlyArray<Environment>;
  current: Environment | undefined;
  onClear: () => void;
  onEnvironment: (key: string) => void;
  onWhy: () => void;
};

export function NoEvaluations({ filters, environments, current, onClear, onEnvironment, onWhy }: Props) {
  const filtered = isFiltered(filters);
  const others = environments.filter(({ key }) => key !== current?.key).slice(0, 3);
  const where = current?.name ?? "this environment";
  return (
    <EmptyState
      title={filtered ? `No such evaluation in ${where}` : `Nothing was evaluated in ${where} yet`}
      icon={filtered ? <IconSearchOff size={28} stroke={1.5} /> : <IconListDetails size={28} stroke={1.5} />}
      actions={
        <>
          {filtered && <Button onClick={onClear}>Clear the filters</Button>}
          {others.map((environment) => (
            <Button key={environment.key} onClick={() => onEnvironment(environment.key)}>
              <span className={classes.elsewhere}>
                Look in <EnvironmentBadge environment={environment} />
              </span>
            </Button>
          ))}
          <Button onClick={onWhy}>Ask why instead</Button>
        </>
      }
    >
      {filtered
        ? `${filterWords(filters)} Calls are kept for a limited time; Why says what a customer would get now.`
        : "Each call of your apps is listed here with its value and the reason, a moment after it is answered. Why says what a customer would get, and is not listed."}
    </EmptyState>
  );
}
