// The filters above the log. Which environment it is about is said by the selector on top.
import { Autocomplete } from "@mantine/core";
import { useCommandQuery } from "@/api";
import { FilterChip } from "@/components";
import { CustomerPicker } from "@/features/why/CustomerPicker";
import { FlagPicker } from "@/features/why/FlagPicker";
import classes from "./EvaluationsPage.module.css";
import { type Filters, REASON_WORDS, REASONS, shownValue, typedValue } from "./filter";
import { callWords, SOURCES } from "./model";
import { PickerChip } from "./PickerChip";

type Props = {
  filters: Filters;
  onChange: (filters: Filters) => void;
  /** Values and SDKs that are on screen: what somebody most likely types. */
  values: ReadonlyArray<string>;
  sdks: ReadonlyArray<string>;
};

const REASON_OPTIONS = REASONS.map((reason) => ({ value: reason, label: REASON_WORDS[reason] }));
const SOURCE_OPTIONS = SOURCES.map((source) => ({ value: source, label: callWords(source) }));
export function EvaluationFilters({ filters, onChange, values, sdks }: Props) {
  const { flag, entity, value, reason, rule, source, sdk } = filters;
  const change = (changes: Partial<Filters>) => onChange({ ...filters, ...changes });
  const customer = useCommandQuery("customer_get", { entityId: entity ?? "" }, { enabled: entity !== null });
  const rules =
    useCommandQuery("flag_get", { flag: flag ?? "" }, { enabled: flag !== null }).data?.rules ?? [];
  const name = customer.data?.name ?? customer.data?.email;
  return (
    <>
      <PickerChip label="Flag" chosen={flag} onClear={() => change({ flag: null, rule: null })}>
        {(close) => (
          <FlagPicker
            flagKey={flag}
            onChange={(next) => {
              close();
              change({ flag: next });
            }}
          />
        )}
      </PickerChip>
      <PickerChip
        label="Customer"
        chosen={entity !== null && name ? `${name} · ${entity}` : entity}
        onClear={() => change({ entity: null })}
      >
        {(close) => (
          <CustomerPicker
            entityId={entity}
            onChange={(next) => {
              close();
              change({ entity: next });
            }}
          />
        )}
      </PickerChip>
      <TypedChip
        label="Value"
        placeholder="true, or any value"
        chosen={value === null ? null : shownValue(value)}
        suggestions={values}
        onChange={(text) => change({ value: text === null ? null : typedValue(text) })}
      />
      <FilterChip
        label="Reason"
        options={REASON_OPTIONS}
        chosen={reason === null ? [] : [reason]}
        onChange={(chosen) => change({ reason: chosen.at(-1) ?? null, rule: null })}
      />
      {flag !== null && (
        <FilterChip
          label="Rule"
          options={rules.map(({ id, description }, index) => ({
            value: id,
            label: `rule ${index + 1}${description ? `, ${description}` : ""}`,
          }))}
          none="The flag has no rules now."
          chosen={rule === null ? [] : [rule.id]}
          onChange={(chosen) => {
            const id = chosen.at(-1);
            const index = rules.findIndex((one) => one.id === id);
            change({ rule: id === undefined ? null : { id, label: `rule ${index + 1}` }, reason: null });
          }}
        />
      )}
      <FilterChip
        label="Call"
        options={SOURCE_OPTIONS}
        chosen={source === null ? [] : [source]}
        onChange={(chosen) => change({ source: chosen.at(-1) ?? null })}
      />
      <TypedChip
        label="SDK"
        placeholder="As in web 1.2.0"
        chosen={sdk}
        suggestions={sdks}
        onChange={(text) => change({ sdk: text })}
      />
    </>
  );
}

type TypedProps = {
  label: string;
  placeholder: string;
  chosen: string | null;
  suggestions: ReadonlyArray<string>;
  onChange: (text: string | null) => void;
};

function TypedChip({ label, placeholder, chosen, suggestions, onChange }: TypedProps) {
  return (
    <PickerChip label={label} chosen={chosen} onClear={() => onChange(null)}>
      {(close) => (
        <Autocomplete
          className={classes.typed ?? ""}
          aria-label={label}
          placeholder={placeholder}
          data={[...suggestions]}
          limit={20}
          spellCheck={false}
          onOptionSubmit={(text) => {
            close();
            onChange(text);
          }}
          onKeyDown={(event) => {
            const text = event.currentTarget.value.trim();
            // With an option marked, Enter takes that.
            const marked = event.currentTarget.hasAttribute("aria-activedescendant");
            if (event.key !== "Enter" || text === "" || marked) return;
            // Or the chip, which takes the focus back, would take it for a press.
            event.preventDefault();
            close();
            onChange(text);
          }}
        />
      )}
    </PickerChip>
  );
}
