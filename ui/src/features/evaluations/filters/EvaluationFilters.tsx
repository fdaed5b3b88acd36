// The filters above the log. Which environment it is about is said by the selector on top.
import { Button } from "@mantine/core";
import { useRef } from "react";
import { useCommandQuery } from "@/api";
import { useActions } from "@/app/actions";
import { type ChipHandle, FilterChip, formatPercentage, PickerChip } from "@/components";
import type { JsonValue, Rule } from "@/contract";
import { valueLabel } from "@/features/flag/model/value";
import { CustomerPicker } from "@/features/why/CustomerPicker";
import { FlagPicker } from "@/features/why/FlagPicker";
import { type Filters, isFiltered, NO_FILTERS, REASON_WORDS, REASONS } from "../filter";
import { callWords, SOURCES } from "../model";
import { sdkWords } from "./options";
import { SdkPicker } from "./SdkPicker";
import { ValuePicker } from "./ValuePicker";

type Props = {
  filters: Filters;
  onChange: (filters: Filters) => void;
  environment: string | undefined;
  /** Values on screen: what somebody most likely looks for. */
  values: ReadonlyArray<JsonValue>;
};

const REASON_OPTIONS = REASONS.map((reason) => ({ value: reason, label: REASON_WORDS[reason] }));
const SOURCE_OPTIONS = SOURCES.map((source) => ({ value: source, label: callWords(source) }));

export function EvaluationFilters({ filters, onChange, environment, values }: Props) {
  const { flag, entity, value, reason, rule, source, sdk } = filters;
  const change = (changes: Partial<Filters>) => onChange({ ...filters, ...changes });
  const customer = useCommandQuery("customer_get", { entityId: entity ?? "" }, { enabled: entity !== null });
  const chosenFlag = useCommandQuery("flag_get", { flag: flag ?? "" }, { enabled: flag !== null }).data;
  const audiences = useCommandQuery("audiences_list", {}, { enabled: flag !== null }).data;
  const rules = chosenFlag?.rules ?? [];
  const name = customer.data?.name ?? customer.data?.email;
  const chips = {
    flag: useRef<ChipHandle>(null),
    customer: useRef<ChipHandle>(null),
    value: useRef<ChipHandle>(null),
    sdk: useRef<ChipHandle>(null),
  };
  const filtered = isFiltered(filters);
  useActions([
    ...(["flag", "customer", "value", "sdk"] as const).map((by) => ({
      id: `evaluations.by-${by}`,
      label: `Filter evaluations by ${by === "sdk" ? "SDK" : by}…`,
      keywords: "narrow only find log",
      run: () => chips[by].current?.open(),
    })),
    ...REASONS.map((one) => ({
      id: `evaluations.reason-${one}`,
      label: `Evaluations: only ${REASON_WORDS[one]}`,
      keywords: "filter reason log",
      run: () => change({ reason: one, rule: null }),
    })),
    ...(filtered
      ? [
          {
            id: "evaluations.all",
            label: "Clear the filters of the evaluations",
            run: () => onChange(NO_FILTERS),
          },
        ]
      : []),
  ]);
  const audienceName = (id: string) => audiences?.find((audience) => audience.id === id)?.name;
  return (
    <>
      <PickerChip
        ref={chips.flag}
        label="Flag"
        chosen={flag}
        onClear={() => change({ flag: null, rule: null })}
      >
        {(close) => (
          <FlagPicker
            flagKey={flag}
            onChange={(next) => {
              close();
              change({ flag: next, rule: next === flag ? rule : null });
            }}
          />
        )}
      </PickerChip>
      <PickerChip
        ref={chips.customer}
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
      <PickerChip
        ref={chips.value}
        label="Value"
        chosen={value === null ? null : valueLabel(JSON.parse(value) as JsonValue)}
        onClear={() => change({ value: null })}
      >
        {(close) => (
          <ValuePicker
            flag={chosenFlag}
            seen={flag === null ? values : []}
            onChoose={(next) => {
              close();
              change({ value: next });
            }}
          />
        )}
      </PickerChip>
      <FilterChip
        one
        label="Reason"
        options={REASON_OPTIONS}
        chosen={reason === null ? [] : [reason]}
        onChange={([next]) => change({ reason: next ?? null, rule: null })}
      />
      {flag !== null && (
        <FilterChip
          one
          label="Rule"
          options={rules.map((each, index) => ({
            value: each.id,
            label: `rule ${index + 1}`,
            detail: ruleWords(each, audienceName),
          }))}
          none="The flag has no rules now."
          chosen={rule === null ? [] : [rule.id]}
          onChange={([id]) => {
            const index = rules.findIndex((each) => each.id === id);
            change({ rule: id === undefined ? null : { id, label: `rule ${index + 1}` }, reason: null });
          }}
        />
      )}
      <FilterChip
        one
        label="Call"
        options={SOURCE_OPTIONS}
        chosen={source === null ? [] : [source]}
        onChange={([next]) => change({ source: next ?? null })}
      />
      <PickerChip
        ref={chips.sdk}
        label="SDK"
        chosen={sdk === null ? null : sdkWords(sdk)}
        onClear={() => change({ sdk: null })}
      >
        {(close) => (
          <SdkPicker
            environment={environment}
            onChoose={(next) => {
              close();
              change({ sdk: next });
            }}
          />
        )}
      </PickerChip>
      {filtered && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onChange(NO_FILTERS)}>
          Clear
        </Button>
      )}
    </>
  );
}

/** "Enterprise, active 30 days · 25 %" */
function ruleWords(
  { audienceId, percentage, description }: Rule,
  audienceName: (id: string) => string | undefined,
) {
  if (description) return description;
  const whom = audienceId === null ? "everyone" : (audienceName(audienceId) ?? "an audience");
  return percentage === null ? whom : `${whom} · ${formatPercentage(percentage)}`;
}
