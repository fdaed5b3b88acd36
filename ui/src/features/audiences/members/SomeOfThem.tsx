// Some of the customers that the condition holds for, with what it compares of them; more on demand.
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { useCountPages } from "@/api";
import { SkeletonRows, useNow } from "@/components";
import type { Condition } from "@/contract";
import { CountFailed } from "@/features/flag/impact/CountFailed";
import { CountProgress } from "@/features/flag/impact/CountProgress";
import { leafLabel, rowText } from "@/features/why/condition-words";
import classes from "./MembersCard.module.css";
import { memberName, shownValues } from "./model";

const ROWS = 20;
const NOTHING: Condition = { all: [] };

type Props = { audienceId: string | null; condition: Condition | null };

export function SomeOfThem({ audienceId, condition }: Props) {
  // Reading on makes a list of it, which the audit trail records: once.
  const [opening] = useState(() => crypto.randomUUID());
  const now = new Date(useNow());
  const sample = useCountPages(
    "audience_sample",
    {
      condition: condition ?? NOTHING,
      ...(audienceId === null ? {} : { audience: audienceId }),
      opening,
      limit: ROWS,
    },
    condition !== null,
  );
  const { pages, failure, complete, loading } = sample;
  const members = useMemo(() => pages?.flatMap((page) => page.members) ?? [], [pages]);
  const compared = pages?.[0]?.compared ?? [];
  const columns = shownValues({ compared }, members);
  if (condition === null) return <p className={classes.word}>Finish the conditions to see who they are.</p>;
  return (
    <>
      {failure && <CountFailed title="They could not be read." failure={failure} onRetry={sample.retry} />}
      <CountProgress {...sample} />
      {!pages && loading && !sample.progress && <SkeletonRows rows={6} label="Looking for some of them" />}
      {pages && members.length === 0 && (
        <p className={classes.word}>
          Nobody is in it. The counts beside the conditions say which one is why.
        </p>
      )}
      {members.length > 0 && (
        <div className={classes.scroll} data-loading={loading}>
          <table className={classes.members}>
            <caption className={classes.hidden}>Some of the customers in this audience</caption>
            <thead>
              <tr>
                <th scope="col">Customer</th>
                {columns.map((index) => {
                  const leaf = compared[index];
                  return (
                    <th key={index} scope="col" title={leaf && leafLabel(leaf)}>
                      {leaf && leafLabel(leaf)}
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr key={member.entityId}>
                  <th
                    scope="row"
                    title={[member.name, member.email, member.entityId].filter(Boolean).join(" · ")}
                  >
                    <span dir="auto">{memberName(member)}</span>
                  </th>
                  {columns.map((index) => {
                    const value = member.values[index] ?? null;
                    return (
                      <td key={index} title={typeof value === "string" ? value : JSON.stringify(value)}>
                        {rowText(value, now)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          {complete ? (
            <p className={classes.word}>
              {members.length === 1 ? "This is the only one." : `These are all ${members.length}.`}
            </p>
          ) : (
            <Button
              variant="subtle"
              size="compact-sm"
              className={classes.more ?? ""}
              title="Reading on is recorded in the audit trail"
              loading={loading}
              onClick={sample.loadMore}
            >
              More of them
            </Button>
          )}
        </div>
      )}
    </>
  );
}
