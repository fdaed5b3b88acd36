// The local endpoint: the evaluation API on this computer alone, for developers. On or off, on which port, and
// what it has answered.
import { Button, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import {
  CopyButton,
  ErrorNote,
  formatCounted,
  RelativeTime,
  SkeletonRows,
  StateGlyph,
  Switch,
} from "@/components";
import type { LocalEndpointStatus } from "@/contract";
import { Section } from "../Section";
import classes from "./Endpoint.module.css";
import { type EndpointState, endpointState, parsePort, requestTo } from "./model";

/** Counts move while a developer tries things. */
const LOOK_AGAIN_MS = 2_000;

export function EndpointSection() {
  const status = useCommandQuery("local_endpoint_get", {}, { refetchInterval: LOOK_AGAIN_MS });
  return (
    <Section
      title="Local evaluation endpoint"
      lead="This app answers SDKs on this computer as a server would, with the flags of the open workspace. Nobody else can reach it, and it ends with the app."
    >
      {status.error && !status.data && (
        <ErrorNote
          title="The endpoint could not be read."
          failure={status.error}
          onRetry={() => void status.refetch()}
        />
      )}
      {status.isPending && <SkeletonRows rows={2} label="Loading the local endpoint" />}
      {status.data && <Endpoint status={status.data} />}
    </Section>
  );
}

function Endpoint({ status }: { status: LocalEndpointStatus }) {
  /** null: not edited. */
  const [typed, setTyped] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const set = useCommandMutation("local_endpoint_set");
  const text = typed ?? String(status.port);
  const parsed = parsePort(text);
  const edited = typed !== null && typed.trim() !== String(status.port);
  const refused = set.error?.code === "invalid" ? set.error.message : null;
  const error = tried && "problem" in parsed ? parsed.problem : refused;
  const state = endpointState(status);

  function apply(enabled: boolean) {
    setTried(true);
    if ("problem" in parsed || set.isPending) return;
    set.mutate(
      { enabled, port: parsed.port },
      {
        onSuccess: ({ url }) => {
          setTyped(null);
          setTried(false);
          announce({ text: url ? `The local endpoint answers at ${url}.` : "The local endpoint is off." });
        },
      },
    );
  }
  const reset = () => {
    setTyped(null);
    setTried(false);
    set.reset();
  };

  return (
    <div className={classes.endpoint}>
      <div className={classes.line}>
        <Switch
          checked={status.enabled}
          label="Local evaluation endpoint"
          busy={set.isPending}
          onChange={apply}
        />
        <StateLine state={state} status={status} />
      </div>
      {state === "failed" && status.problem && (
        <ErrorNote title="The local endpoint could not be started." onRetry={() => apply(true)}>
          <p>{status.problem.message}</p>
        </ErrorNote>
      )}
      <form
        className={classes.port}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (edited) apply(status.enabled);
        }}
      >
        <TextInput
          className={classes.portInput ?? ""}
          label="Port"
          inputMode="numeric"
          value={text}
          spellCheck={false}
          error={error}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            if (set.error) set.reset();
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape" && typed !== null) reset();
          }}
        />
        {edited && (
          <div className={classes.buttons}>
            <Button onClick={reset} disabled={set.isPending}>
              Discard
            </Button>
            <Button type="submit" variant="filled" loading={set.isPending}>
              {status.enabled ? "Move to this port" : "Save port"}
            </Button>
          </div>
        )}
      </form>
      {set.error && !refused && <ErrorNote title="The endpoint was not changed." failure={set.error} />}
      {status.url && <Trying url={status.url} />}
    </div>
  );
}

function StateLine({ state, status }: { state: EndpointState; status: LocalEndpointStatus }) {
  const { url, since, evaluations } = status;
  return (
    <div className={classes.state} role="status">
      <StateGlyph state={state === "serving" ? "serving" : state === "failed" ? "warning" : "off"} label="" />
      {state === "off" && <span>Off</span>}
      {state === "starting" && <span>Starting…</span>}
      {state === "failed" && <span>On, but it does not answer</span>}
      {state === "serving" && url && (
        <>
          <span>Answers at</span>
          <span className={classes.url} data-selectable>
            <code>{url}</code>
            <CopyButton text={url} what="address" />
          </span>
          <span className={classes.quiet}>
            {formatCounted(evaluations, "evaluation")}
            {since && (
              <>
                {" "}
                · started <RelativeTime at={since} focusable />
              </>
            )}
          </span>
        </>
      )}
    </div>
  );
}

function Trying({ url }: { url: string }) {
  const flag = useCommandQuery("flags_list", { archived: false }).data?.flags[0]?.key;
  const customer = useCommandQuery("customers_search", { query: "", limit: 1 }).data?.[0]?.entityId;
  const request = requestTo(url, flag ?? "new-dashboard", customer ?? "ALFKI");
  return (
    <div>
      <div className={classes.snippetHead}>
        <p className={classes.label}>Try it</p>
        <CopyButton text={request} what="request" />
      </div>
      <pre className={classes.snippet} data-selectable>
        {request}
      </pre>
      <p className={classes.hint}>
        It needs a key like any server:{" "}
        <Link to="/settings" search={{ section: "keys" }} className={classes.link}>
          make one under SDK keys
        </Link>
        . The key decides which environment answers. These evaluations are logged like all others.
      </p>
    </div>
  );
}
