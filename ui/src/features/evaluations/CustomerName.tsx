// Who a call was for: the name once it is known, until then and for ids outside the table the id itself.
import { useEffect, useState } from "react";
import { useCommandQuery } from "@/api";
import { KeyText } from "@/components";
import classes from "./EvaluationsPage.module.css";

/** Rows that only fly by are not looked up. */
const REST_MS = 200;

export function CustomerName({ entityId }: { entityId: string }) {
  const [rested, setRested] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  const { data } = useCommandQuery("customer_get", { entityId }, { enabled: rested });
  const name = data?.name ?? data?.email;
  if (!name) {
    return (
      <span className={classes.id}>
        <KeyText text={entityId} />
      </span>
    );
  }
  return (
    <span className={classes.customer} title={`${name} · ${entityId}`}>
      <bdi className={classes.name}>{name}</bdi> <code className={classes.aside}>{entityId}</code>
    </span>
  );
}
