// A key just made, the only time it is seen: to be copied, with a request to try it. It lives in the dialog alone.
import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useCommandQuery } from "@/api";
import { CopyButton, copyText, StateGlyph } from "@/components";
import type { CreatedSdkKey } from "@/contract";
import classes from "./Keys.module.css";
import { kindOf, snippetOf, USUAL_SERVER } from "./model";

type Props = {
  created: CreatedSdkKey;
  onDone: () => void;
  /** What became of the key whose place it takes. */
  children?: ReactNode;
};

export function ShownOnce({ created, onDone, children }: Props) {
  const { key, text } = created;
  const [copied, setCopied] = useState(false);
  const { secret } = kindOf(key.kind);
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags ?? [];
  const flag = key.kind === "client" ? flags.find(({ clientVisible }) => clientVisible) : flags[0];
  const customers = useCommandQuery("customers_search", { query: "", limit: 1 }).data;
  const endpoint = useCommandQuery("local_endpoint_get", {}).data?.url;
  const snippet = snippetOf(key.kind, text, {
    server: endpoint ?? USUAL_SERVER,
    flag: flag?.key ?? "new-dashboard",
    entityId: customers?.[0]?.entityId ?? "ALFKI",
  });
  return (
    <div className={classes.form}>
      <div className={classes.once} role="note">
        <StateGlyph state="warning" label="" size={16} />
        <p>
          <strong>This is the only time you see it.</strong> Halyard keeps a fingerprint of the key, not the
          key.
          {secret
            ? " Whoever has it can use it: put it where your secrets are, not into code or chat."
            : " It is public: it may stand in a page or an app."}
        </p>
      </div>
      <div>
        <p className={classes.label}>{kindOf(key.kind).name} key</p>
        <div className={classes.secret}>
          <code data-selectable data-testid="new-key">
            {text}
          </code>
          <Button
            variant="filled"
            autoFocus
            leftSection={
              copied ? <IconCheck size={16} stroke={1.75} /> : <IconCopy size={16} stroke={1.75} />
            }
            onClick={() => void copyText(text).then(() => setCopied(true))}
          >
            {copied ? "Copied" : "Copy key"}
          </Button>
        </div>
        <div className="hidden" aria-live="polite">
          {copied ? "The key is on the clipboard." : ""}
        </div>
      </div>
      <div>
        <div className={classes.snippetHead}>
          <p className={classes.label}>{snippet.title}</p>
          <CopyButton text={snippet.text} what="request" />
        </div>
        <pre className={classes.snippet} data-selectable>
          {snippet.text}
        </pre>
        <p className={classes.hint}>
          {endpoint
            ? "The address is that of your local endpoint."
            : `${USUAL_SERVER} stands for your server. On this computer alone, the local endpoint answers too: switch it on under Settings.`}
        </p>
      </div>
      {children}
      <div className={classes.buttons}>
        <Button onClick={onDone}>Done, I have stored it</Button>
      </div>
    </div>
  );
}
