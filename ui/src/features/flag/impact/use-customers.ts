// The customers whom an edit moves, as far as their list was scrolled.
import { useMemo } from "react";
import { type CountPages, useCountPages } from "@/api";
import type { CustomerMove, ImpactCustomersRequest } from "@/contract";

export const PAGE_ROWS = 100;

export type Customers = Omit<CountPages<"impact_customers">, "pages"> & {
  /** undefined until the first page is there. */
  rows: ReadonlyArray<CustomerMove> | undefined;
};

export function useCustomers(request: Omit<ImpactCustomersRequest, "limit" | "cursor" | "topic">): Customers {
  const { pages, ...rest } = useCountPages("impact_customers", { ...request, limit: PAGE_ROWS });
  const rows = useMemo(() => pages?.flatMap(({ customers }) => customers), [pages]);
  return { ...rest, rows };
}
