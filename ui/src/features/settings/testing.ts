// Tables of a catalogue, for tests.
import type { CatalogueColumn, CatalogueTable } from "@/contract";

export function column(
  name: string,
  dbType: string,
  fields: Partial<Omit<CatalogueColumn, "name" | "dbType">> = {},
): CatalogueColumn {
  return { name, dbType, type: "text", nullable: false, unique: false, ...fields };
}

export function table(name: string, columns: Array<CatalogueColumn>): CatalogueTable {
  return { schema: "public", table: name, kind: "table", estimatedRows: 91, columns };
}
