// Chooses a table or view of the catalogue, found by typing, each with its kind and how many rows it may have.
import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import { formatCount } from "@/components";
import type { CatalogueTable } from "@/contract";
import classes from "./CustomerSourceForm.module.css";
import { findTable, tableKey, tableName } from "./model/source";

/** More than so many are found by typing only. */
const OFFERED_AT_ONCE = 200;

type Props = {
  label: string;
  description?: ReactNode;
  tables: ReadonlyArray<CatalogueTable>;
  /** As `tableKey` writes it; `""` for none. */
  value: string;
  optional?: boolean;
  error: string | undefined;
  onChange: (table: CatalogueTable | undefined) => void;
};

export function TableSelect({ label, description, tables, value, optional = false, error, onChange }: Props) {
  const data = tables.map((table) => ({ value: tableKey(table), label: tableName(table) }));
  if (value !== "" && !findTable(tables, value)) {
    const [schema = "", table = ""] = JSON.parse(value) as Array<string>;
    data.push({ value, label: tableName({ schema, table }) });
  }
  return (
    <Select
      label={label}
      description={description}
      placeholder={optional ? "No events" : "Choose a table or view"}
      data={data}
      value={value === "" ? null : value}
      searchable
      clearable={optional}
      clearButtonProps={{ "aria-label": `No ${label.toLowerCase()}` }}
      limit={OFFERED_AT_ONCE}
      nothingFoundMessage="No table or view is called that."
      maxDropdownHeight={320}
      error={error}
      renderOption={({ option }) => {
        const table = findTable(tables, option.value);
        return (
          <span className={classes.option}>
            <span className={classes.optionName}>{option.label}</span>
            <span className={classes.optionDetail}>{table ? detail(table) : "not there any more"}</span>
          </span>
        );
      }}
      onChange={(key) => onChange(key === null ? undefined : findTable(tables, key))}
    />
  );
}

const KINDS: Record<CatalogueTable["kind"], string> = {
  table: "table",
  view: "view",
  materialized_view: "materialized view",
  partitioned_table: "partitioned table",
  foreign_table: "foreign table",
};

function detail({ kind, estimatedRows }: CatalogueTable): string {
  return estimatedRows === null ? KINDS[kind] : `${KINDS[kind]} · about ${formatCount(estimatedRows)} rows`;
}
