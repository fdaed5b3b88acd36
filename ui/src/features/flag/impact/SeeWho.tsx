// Who they are: the customers whose value changes, by what it changes from and to, or broken down by an attribute.
import { Drawer, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { CountedAge, formatCounted } from "@/components";
import type { Flag, FlagEdit, FlagImpact } from "@/contract";
import { Breakdown } from "./Breakdown";
import { MovedCustomers } from "./MovedCustomers";
import { customersMoved } from "./model";
import classes from "./SeeWho.module.css";

type Props = {
  flag: Flag;
  /** What was counted. */
  edit: FlagEdit;
  impact: FlagImpact;
  onClose: () => void;
};

export function SeeWho({ flag, edit, impact, onClose }: Props) {
  const [shown, setShown] = useState("customers");
  // Each opening of the list is one entry in the audit trail, however often its parts are looked at.
  const [opening] = useState(() => crypto.randomUUID());
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={`Whose value changes: ${formatCounted(customersMoved(impact), "customer")}`}
      size={720}
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ content: classes.content ?? "", body: classes.body ?? "" }}
    >
      <div className={classes.head}>
        <SegmentedControl
          aria-label="Show"
          value={shown}
          onChange={setShown}
          data={[
            { value: "customers", label: "Customers" },
            { value: "breakdown", label: "By attribute" },
          ]}
        />
        <span className={classes.counted}>
          counted <CountedAge at={impact.countedAt} /> over {formatCounted(impact.customers, "customer")}
        </span>
      </div>
      {shown === "customers" ? (
        <MovedCustomers flag={flag} edit={edit} impact={impact} opening={opening} />
      ) : (
        <Breakdown flag={flag} edit={edit} impact={impact} />
      )}
    </Drawer>
  );
}
