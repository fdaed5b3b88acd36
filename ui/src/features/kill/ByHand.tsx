// The statement that kills or restores a flag without the app, from a computer that still reaches the database.
import { useCommandQuery } from "@/api";
import { CopyButton } from "@/components";
import classes from "./ByHand.module.css";

/** `flag`: its key. */
export function ByHand({ flag, does = "kill" }: { flag: string; does?: "kill" | "restore" }) {
  const request = { flag, isActive: does === "restore" };
  const { data } = useCommandQuery("flag_kill_statement", request, { staleTime: 0 });
  if (!data) return null;
  const psql = `psql -h ${data.host} -p ${data.port} -U ${data.role} -d ${data.database}`;
  return (
    <div className={classes.place}>
      <p>By hand, from a computer that reaches it:</p>
      <div className={classes.line}>
        <code className={classes.sql}>{psql}</code>
        <CopyButton text={psql} what="psql command" />
      </div>
      <div className={classes.line}>
        <code className={classes.sql}>{data.sql}</code>
        <CopyButton text={data.sql} what="SQL statement" />
      </div>
    </div>
  );
}
