// Who is in the audience as it stands on the page: some of them by name, or whether a certain customer is.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { Condition } from "@/contract";
import { CheckCustomer } from "./CheckCustomer";
import classes from "./MembersCard.module.css";
import { SomeOfThem } from "./SomeOfThem";

type Props = {
  /** null for one that does not exist yet. */
  audienceId: string | null;
  /** As it is edited, once it rests; null while a condition is not filled in. */
  condition: Condition | null;
  /** The condition is not the saved one. */
  edited: boolean;
};

export function MembersCard({ audienceId, condition, edited }: Props) {
  const [shown, setShown] = useState("some");
  return (
    <section className={classes.card} aria-label="Members">
      <SegmentedControl
        aria-label="Show"
        fullWidth
        classNames={{ label: classes.tab ?? "" }}
        value={shown}
        onChange={setShown}
        data={[
          { value: "some", label: "Some of them" },
          { value: "check", label: "Check a customer" },
        ]}
      />
      {shown === "some" ? (
        <SomeOfThem audienceId={audienceId} condition={condition} />
      ) : (
        <CheckCustomer condition={condition} edited={edited} />
      )}
    </section>
  );
}
