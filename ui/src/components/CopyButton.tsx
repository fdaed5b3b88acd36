// Copies a text and says so.
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { copyText } from "./copy-text";
import { useHint } from "./hint";
import { IconButton } from "./IconButton";

const SAID_FOR_MS = 1_500;

type Props = {
  text: string;
  /** As in "key". */
  what: string;
  tabIndex?: number | undefined;
};

export function CopyButton({ text, what, tabIndex }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const label = copied ? "Copied" : `Copy ${what}`;
  const hint = useHint(label);
  return (
    <IconButton
      label={label}
      size="small"
      tabIndex={tabIndex}
      {...hint}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(text).then(() => setCopied(true));
      }}
    >
      {copied ? <IconCheck size={16} stroke={1.75} /> : <IconCopy size={16} stroke={1.75} />}
    </IconButton>
  );
}
