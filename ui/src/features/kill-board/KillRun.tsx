// A kill that was held on the board: on its way, held up by somebody, or proven.
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { FlagSummary } from "@/contract";
import { KillProof } from "../kill/KillProof";
import { killedValue } from "../kill/model/target";
import { Refused } from "../kill/Refused";
import { Trying } from "../kill/Trying";
import { useSwitch } from "../kill/use-switch";

type Props = {
  flag: FlagSummary;
  large: boolean;
  onBusy: (busy: boolean) => void;
  onAnnounce: (text: string) => void;
};

export function KillRun({ flag, large, onBusy, onAnnounce }: Props) {
  const [done, setDone] = useState(false);
  const kill = useSwitch(flag.id, "kill", () => {
    setDone(true);
    onAnnounce(`${flag.key} is killed. Everyone gets ${killedValue(flag)}.`);
  });
  const latest = useRef({ start: kill.start, onBusy, onAnnounce });
  latest.current = { start: kill.start, onBusy, onAnnounce };
  useEffect(() => latest.current.start(""), []);
  const busy = kill.busy || kill.trying !== null;
  useEffect(() => latest.current.onBusy(busy), [busy]);
  const failed = kill.failure !== null;
  useEffect(() => {
    if (failed) latest.current.onAnnounce(`${flag.key} was not killed.`);
  }, [failed, flag.key]);

  if (kill.failure) {
    return (
      <Refused
        title={`${flag.key} was not killed.`}
        failure={kill.failure}
        flag={flag.key}
        onRetry={() => kill.start("")}
      />
    );
  }
  if (kill.trying) return <Trying flag={flag} does="kill" trying={kill.trying} onCallOff={kill.callOff} />;
  if (!flag.isActive) return <KillProof flag={flag} size={large ? "large" : "normal"} />;
  if (busy) return <p>Killing {flag.key}…</p>;
  // Restored since.
  if (done) return null;
  return (
    <p>
      {flag.key} is not killed. <Button onClick={() => kill.start("")}>Kill it after all</Button>
    </p>
  );
}
