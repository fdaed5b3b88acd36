// The flag as code, to be copied into an app: who calls on the left, what they write on the right.
import { Link } from "@tanstack/react-router";
import { type ReactNode, useId } from "react";
import { useCommandQuery } from "@/api";
import { useEnvironment } from "@/app/environment";
import { CopyButton, StateGlyph } from "@/components";
import type { Flag } from "@/contract";
import classes from "./Code.module.css";
import { type Side, type Snippet, SOME_CLIENT_KEY, SOME_ENTITY, SOME_URL } from "./snippets";
import { useSnippets } from "./use-snippets";

const PACKAGE = "@halyard/flags";
const SIDES: Record<Side, string> = { client: "Pages and apps", server: "Servers" };

export function Code({ flag }: { flag: Flag }) {
  const { all, chosen, choose, endpoint } = useSnippets(flag);
  const name = useId();
  const sides: ReadonlyArray<Side> = flag.clientVisible ? ["client", "server"] : ["server", "client"];
  return (
    <div className={classes.code}>
      <div className={classes.callers}>
        {sides.map((side) => (
          <fieldset key={side} className={classes.side}>
            <legend className={classes.legend}>{SIDES[side]}</legend>
            {all
              .filter((one) => one.side === side)
              .map((one) => (
                <label key={one.id} className={classes.caller}>
                  <input
                    type="radio"
                    name={name}
                    checked={one.id === chosen.id}
                    onChange={() => choose(one.id)}
                  />
                  {one.name}
                </label>
              ))}
          </fieldset>
        ))}
      </div>
      <section className={classes.snippet} aria-label={`Code for ${chosen.name}`}>
        {chosen.side === "client" && !flag.clientVisible && (
          <p className={classes.unseen}>
            <StateGlyph state="warning" label="Not visible" />
            <span>
              Client keys do not see {flag.key}: this code gets the fallback, with the reason FLAG_NOT_FOUND.
              Choose <b>Make visible to clients</b> in the ⋯ menu, or evaluate it on a server.
            </span>
          </p>
        )}
        {chosen.install && <Box text={chosen.install} what="the command that installs it" />}
        <Box text={chosen.code.trimEnd()} what={`the code for ${chosen.name}`} />
        <ul className={classes.notes}>
          <Replace snippet={chosen} endpoint={endpoint} />
          {chosen.install?.includes(PACKAGE) && (
            <li>
              <code>{PACKAGE}</code> is in no registry yet: build and pack <code>sdk/js</code> of Halyard's
              sources, as docs/sdk.md says, and install the tarball.
            </li>
          )}
          {chosen.note && <li>{chosen.note}</li>}
        </ul>
      </section>
    </div>
  );
}

function Box({ text, what }: { text: string; what: string }) {
  return (
    <div className={classes.box}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long code is scrolled by keyboard, too */}
      <pre className={classes.text} tabIndex={0} data-selectable>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}

/** What in the code stands for something of theirs. */
function Replace({ snippet, endpoint }: { snippet: Snippet; endpoint: string | null }) {
  const { current } = useEnvironment();
  const servers = useCommandQuery("evaluators_list", {}).data ?? [];
  const hosts = [...new Set(servers.filter(({ kind }) => kind === "server").map(({ host }) => host))];
  const where = current ? ` of ${current.name}` : "";
  const keys = (
    <Link to="/settings" search={{ section: "keys" }}>
      Settings → SDK keys
    </Link>
  );
  return (
    <>
      {snippet.side === "client" ? (
        <Stands what={SOME_CLIENT_KEY}>
          a client key{where}, which is public. Make one in {keys}.
        </Stands>
      ) : (
        <Stands what="HALYARD_SERVER_KEY">
          a server key{where}, a secret: keep it in the environment, not in code. Make one in {keys}.
        </Stands>
      )}
      <Stands what={SOME_ENTITY}>the customer's id, as in your customers table.</Stands>
      {endpoint ? (
        <Stands what={endpoint}>
          this app's own endpoint, on this computer alone. Your server's address goes there in the end.
        </Stands>
      ) : (
        <Stands what={SOME_URL}>
          your server's address
          {hosts.length > 0 && ` (servers run on ${hosts.slice(0, 3).join(", ")})`}. To try it on this
          computer, switch on{" "}
          <Link to="/settings" search={{ section: "endpoint" }}>
            the local endpoint
          </Link>
          .
        </Stands>
      )}
    </>
  );
}

function Stands({ what, children }: { what: string; children: ReactNode }) {
  return (
    <li>
      <code>{what}</code> {what.startsWith("http://") ? "is" : "stands for"} {children}
    </li>
  );
}
