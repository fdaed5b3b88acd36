// Ends the session that holds a flag, or says who may.
import { Button } from "@mantine/core";
import { useCommandMutation } from "@/api";
import type { Blocker } from "@/contract";
import classes from "./Trying.module.css";

/** `flag`: its id. */
export function EndSession({ flag, blocker }: { flag: string; blocker: Blocker }) {
  const end = useCommandMutation("session_end");
  if (!blocker.mayEnd) {
    return (
      <p className={classes.meanwhile}>
        Your database role may not end that session: ask {blocker.role}, or whoever runs the database.
      </p>
    );
  }
  return (
    <>
      <Button variant="filled" loading={end.isPending} onClick={() => end.mutate({ flag, pid: blocker.pid })}>
        End that session
      </Button>
      {end.error && <p role="alert">It was not ended. {end.error.message}</p>}
    </>
  );
}
