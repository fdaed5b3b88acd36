// Of those whose value changes, how many there are with each value of an attribute: "31 of them enterprise".
import { Select } from "@mantine/core";
import { useState } from "react";
import { useCommandQuery, useCount } from "@/api";
import { ErrorNote, formatCount, formatCounted, formatShare, SkeletonRows } from "@/components";
import type { Attribute, Flag, FlagEdit, FlagImpact, JsonValue } from "@/contract";
import { valueLabel } from "../model/value";
import { Phrase } from "../Phrase";
import { CountFailed } from "./CountFailed";
import { CountProgress } from "./CountProgress";
import { customersMoved, figures } from "./model";
import classes from "./SeeWho.module.css";

type Props = { flag: Flag; edit: FlagEdit; impact: FlagImpact };

export function Breakdown({ flag, edit, impact }: Props) {
  const attributes = useCommandQuery("attributes_list", {});
  const [chosen, setChosen] = useState<string | null>(null);
  const known = (attributes.data ?? []).filter(({ type }) => type !== "unsupported");
  const attribute = chosen ?? startingAttribute(known);
  const counted = useCount(
    "impact_breakdown",
    { flag: flag.id, draft: edit, attribute: attribute ?? "" },
    { enabled: attribute !== null },
  );
  const { count, failure } = counted;
  const total = customersMoved(impact);
  const defaults = { before: flag.defaultValue, after: edit.defaultValue };
  const columns = figures({ ...impact, type: flag.type, defaults });
  const numbers = (of: { gained: number; lost: number; changed: number }) =>
    columns.map(({ sign }) => (sign === "+" ? of.gained : sign === "−" ? of.lost : of.changed));
  return (
    <>
      <div className={classes.head}>
        <Select
          aria-label="Attribute"
          placeholder="Choose an attribute"
          w={280}
          searchable
          allowDeselect={false}
          data={known.map(({ name }) => name)}
          value={attribute}
          onChange={setChosen}
        />
        <CountProgress {...counted} />
      </div>
      {failure && (
        <div className={classes.note}>
          <CountFailed title="They could not be counted by it." failure={failure} onRetry={counted.retry} />
        </div>
      )}
      {!failure && attributes.error && (
        <div className={classes.note}>
          <ErrorNote
            title="The attributes could not be loaded."
            failure={attributes.error}
            onRetry={() => void attributes.refetch()}
          />
        </div>
      )}
      {count ? (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <caption className="hidden">Customers whose value changes, by {attribute}</caption>
            <thead>
              <tr>
                <th scope="col">{attribute}</th>
                <td className={classes.bar} />
                <th scope="col">of {formatCounted(total, "customer")}</th>
                {columns.map(({ words }) => (
                  <th key={String(words[0])} scope="col">
                    <Phrase of={words} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {count.values.map((row) => (
                <tr key={JSON.stringify(row.value)}>
                  <th scope="row" title={cellText(row.value)}>
                    {row.value === null ? <span className="faint">nothing</span> : cellText(row.value)}
                  </th>
                  <td className={classes.bar}>
                    <span className={classes.fill} style={{ width: share(customersMoved(row), total) }} />
                  </td>
                  <td>{formatShare(customersMoved(row), total)}</td>
                  {numbers(row).map((customers, index) => (
                    <td key={columns[index]?.sign}>{formatCount(customers)}</td>
                  ))}
                </tr>
              ))}
              {count.others.values > 0 && (
                <tr>
                  <th scope="row">{formatCounted(count.others.values, "other value")}</th>
                  <td className={classes.bar} />
                  <td>{formatShare(customersMoved(count.others), total)}</td>
                  {numbers(count.others).map((customers, index) => (
                    <td key={columns[index]?.sign}>{formatCount(customers)}</td>
                  ))}
                </tr>
              )}
            </tbody>
          </table>
        </div>
      ) : (
        attribute !== null &&
        !failure &&
        !counted.cancelled && <SkeletonRows rows={8} label="Counting by the attribute" />
      )}
    </>
  );
}

/** One with few values says most: an enumeration, else what plans and countries are, short texts. */
function startingAttribute(attributes: ReadonlyArray<Attribute>): string | null {
  const first = (test: (attribute: Attribute) => boolean) => attributes.find(test)?.name;
  return (
    first(({ enumValues }) => enumValues.length > 0) ??
    first(({ name, type }) => type === "text" && /plan|tier|segment|country|region/i.test(name)) ??
    first(({ type }) => type === "boolean") ??
    null
  );
}

function cellText(value: JsonValue): string {
  return valueLabel(value, 60);
}

function share(part: number, of: number): string {
  return of === 0 ? "0" : `${(part / of) * 100}%`;
}
