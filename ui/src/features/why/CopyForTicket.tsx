// The explanation as text, for whoever waits for it in a ticket.
import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useActions } from "@/app/actions";
import { copyText } from "@/components";
import type { Environment, Why } from "@/contract";
import { forTicket } from "./ticket";

export function CopyForTicket({ why, environment }: { why: Why; environment: Environment }) {
  const [copied, setCopied] = useState(false);
  const copy = () => void copyText(forTicket(why, environment.name, new Date())).then(() => setCopied(true));
  useActions([
    { id: "why.copy", label: "Copy the explanation for a ticket", shortcut: "mod+Shift+C", run: copy },
  ]);
  return (
    <Button
      leftSection={copied ? <IconCheck size={16} stroke={1.75} /> : <IconCopy size={16} stroke={1.75} />}
      onBlur={() => setCopied(false)}
      onClick={copy}
    >
      {copied ? "Copied" : "Copy for ticket"}
    </Button>
  );
}
