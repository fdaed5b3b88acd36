// The filters above the log: one flag, one customer.
import { useCommandQuery } from "@/api";
import { CustomerPicker } from "@/features/why/CustomerPicker";
import { FlagPicker } from "@/features/why/FlagPicker";
import type { Filters } from "./model";
import { PickerChip } from "./PickerChip";

type Props = { filters: Filters; onChange: (filters: Filters) => void };

export function EvaluationFilters({ filters, onChange }: Props) {
  const { flag, entity } = filters;
  const customer = useCommandQuery("customer_get", { entityId: entity ?? "" }, { enabled: entity !== null });
  const name = customer.data?.name ?? customer.data?.email;
  return (
    <>
      <PickerChip label="Flag" chosen={flag} onClear={() => onChange({ ...filters, flag: null })}>
        {(close) => (
          <FlagPicker
            flagKey={flag}
            onChange={(next) => {
              close();
              onChange({ ...filters, flag: next });
            }}
          />
        )}
      </PickerChip>
      <PickerChip
        label="Customer"
        chosen={entity !== null && name ? `${name} · ${entity}` : entity}
        onClear={() => onChange({ ...filters, entity: null })}
      >
        {(close) => (
          <CustomerPicker
            entityId={entity}
            onChange={(next) => {
              close();
              onChange({ ...filters, entity: next });
            }}
          />
        )}
      </PickerChip>
    </>
  );
}
