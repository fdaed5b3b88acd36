// Chooses a column of a table, each with its type; those that cannot serve are not offered.
import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import type { CatalogueColumn } from "@/contract";
import classes from "./CustomerSourceForm.module.css";

type Props = {
  label: string;
  description?: ReactNode;
  columns: ReadonlyArray<CatalogueColumn>;
  /** Name of the column; `""` for none. */
  value: string;
  /** Whether there need not be one. */
  optional?: boolean;
  error: string | undefined;
  onChange: (column: string) => void;
};

export function ColumnSelect({
  label,
  description,
  columns,
  value,
  optional = false,
  error,
  onChange,
}: Props) {
  const known = columns.some(({ name }) => name === value);
  const names = columns.map(({ name }) => name);
  return (
    <Select
      className={classes.column ?? ""}
      label={label}
      description={description}
      placeholder={optional ? "None" : "Choose a column"}
      // What was chosen before stays to be seen when the table has lost it.
      data={known || value === "" ? names : [...names, value]}
      value={value === "" ? null : value}
      searchable
      clearable={optional}
      clearButtonProps={{ "aria-label": `No ${label.toLowerCase()}` }}
      nothingFoundMessage="No column is called that."
      maxDropdownHeight={320}
      error={error}
      renderOption={({ option }) => {
        const column = columns.find(({ name }) => name === option.value);
        return (
          <span className={classes.option}>
            <span className={classes.optionName}>{option.value}</span>
            <span className={classes.optionDetail}>
              {column ? `${column.dbType}${column.unique ? " · unique" : ""}` : "not in the table"}
            </span>
          </span>
        );
      }}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}
