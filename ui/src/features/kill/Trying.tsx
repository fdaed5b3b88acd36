// A kill that does not get through: who holds the flag and how to end that, or that the database is away, what
// servers do meanwhile, and the statement to run by hand. It is tried on and on until it is called off.
import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { ErrorNote } from "@/components";
import { ByHand } from "./ByHand";
import { EndSession } from "./EndSession";
import { holderInWords } from "./model/holder";
import classes from "./Trying.module.css";
import type { Switching } from "./use-switch";

type Props = {
  flag: { id: string; key: string };
  does: "kill" | "restore";
  trying: NonNullable<Switching["trying"]>;
  onCallOff: () => void;
};

export function Trying({ flag, does, trying: { problem, blocker }, onCallOff }: Props) {
  const stop = <Button onClick={onCallOff}>Stop trying</Button>;
  // The button that was held is no more: Tab leads on from here, to what can be done. A button itself would take the
  // Enter that is still down.
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  const goesOn = `The ${does} goes on by itself as soon as it can.`;
  if (problem.code === "blocked") {
    return (
      <div ref={place} tabIndex={-1}>
        <ErrorNote title={`${flag.key} is held by somebody else's open change.`}>
          <p>{blocker ? holderInWords(blocker) : "Who holds it is being looked for."}</p>
          <p className={classes.meanwhile}>{goesOn}</p>
          <div className={classes.buttons}>
            {blocker && <EndSession flag={flag.id} blocker={blocker} />}
            {stop}
          </div>
        </ErrorNote>
      </div>
    );
  }
  return (
    <div ref={place} tabIndex={-1}>
      <ErrorNote title="The database cannot be reached from this computer.">
        <p>Servers go on serving what they last knew: everyone keeps the value that they get now. {goesOn}</p>
        <div className={classes.buttons}>{stop}</div>
        {does === "kill" && <ByHand flag={flag.key} />}
      </ErrorNote>
    </div>
  );
}
