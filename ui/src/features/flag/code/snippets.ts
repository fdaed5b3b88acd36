// Code that evaluates one flag, for every kind of caller: with its key, its type, and its default value as what
// to fall back on. Never a secret: keys are placeholders, or names of environment variables. Pure.
import type { Flag, FlagType } from "@/contract";
import { javascript, python, quoted, shellWord } from "./literals";

/** What of a flag its code needs. */
export type CodedFlag = Pick<Flag, "key" | "type" | "defaultValue" | "rules">;

/** Whose key opens the call: pages and apps are public, servers keep a secret. */
export type Side = "client" | "server";

export type Snippet = {
  id: string;
  /** As people call it. */
  name: string;
  side: Side;
  language: "js" | "tsx" | "python" | "sh";
  /** What must be installed first; null for nothing. */
  install: string | null;
  code: string;
  /** What to know before using it. */
  note: string | null;
};

/** Stands for the server's address where none is known. */
export const SOME_URL = "https://flags.example.com";
/** Stands for a client key. */
export const SOME_CLIENT_KEY = "hal_cli_…";
/** Stands for the id of the customer at hand. */
export const SOME_ENTITY = "CUSTOMER_ID";

const OPENFEATURE_OBJECTS =
  "OpenFeature knows objects and lists only: other JSON values come as the fallback.";
const POLLING = "It asks again every 30 s: so long it may keep the old value after a kill.";

/** The snippets for `flag` on the server at `url`: those for servers first where client keys do not see it. */
export function snippetsFor(flag: CodedFlag, url: string, clientVisible: boolean): ReadonlyArray<Snippet> {
  const server = url.replace(/\/+$/, "");
  const client = [web, react, reactNative, openFeatureWeb, launchDarkly].map((of) => of(flag, server));
  const back = [node, openFeatureNode, openFeaturePython, curl].map((of) => of(flag, server));
  return clientVisible ? [...client, ...back] : [...back, ...client];
}

const options = (url: string, key: string, more = "") => `{
  url: ${quoted(url)},
  key: ${key},
  entityId: ${quoted(SOME_ENTITY)},
${more}}`;

function web(flag: CodedFlag, url: string): Snippet {
  return {
    id: "web",
    name: "Web",
    side: "client",
    language: "js",
    install: "npm install @halyard/flags",
    code: `import { createClient } from "@halyard/flags";

const flags = createClient(${options(url, quoted(SOME_CLIENT_KEY))});

const value = await flags.evaluate(${quoted(flag.key)}, ${javascript(flag.defaultValue)});
`,
    note: null,
  };
}

function react(flag: CodedFlag, url: string): Snippet {
  return {
    id: "react",
    name: "React",
    side: "client",
    language: "tsx",
    install: "npm install @halyard/flags react",
    code: `import { createClient } from "@halyard/flags";
import { FlagsProvider, useFlag } from "@halyard/flags/react";

const flags = createClient(${options(url, quoted(SOME_CLIENT_KEY), "  refresh: { every: 60_000 },\n")});
${component(flag, "p")}
export function App() {
  return (
    <FlagsProvider client={flags} loading={null}>
      <Feature />
    </FlagsProvider>
  );
}
`,
    note: "An open page learns of a kill within 66 s: every + 2 × timeout.",
  };
}

function reactNative(flag: CodedFlag, url: string): Snippet {
  return {
    id: "react-native",
    name: "React Native",
    side: "client",
    language: "tsx",
    install: "npm install @halyard/flags @react-native-async-storage/async-storage",
    code: `import { createClient, FlagsProvider, useFlag } from "@halyard/flags/react-native";
import { Text } from "react-native";

const flags = createClient(${options(url, quoted(SOME_CLIENT_KEY), "  refresh: { every: 60_000 },\n")});
${component(flag, "Text")}
export function App() {
  return (
    <FlagsProvider client={flags} loading={null}>
      <Feature />
    </FlagsProvider>
  );
}
`,
    note: "An open app learns of a kill within 66 s: every + 2 × timeout.",
  };
}

/** A component that shows the flag; what it falls back on stays the same object from drawing to drawing. */
function component({ key, type, defaultValue }: CodedFlag, tag: string): string {
  const [before, fallback] =
    type === "json"
      ? [`const FALLBACK = ${javascript(defaultValue)};\n\n`, "FALLBACK"]
      : ["", javascript(defaultValue)];
  const shown =
    type === "boolean" ? '{value ? "on" : "off"}' : type === "json" ? "{JSON.stringify(value)}" : "{value}";
  return `
${before}function Feature() {
  const value = useFlag(${quoted(key)}, ${fallback});
  return <${tag}>${shown}</${tag}>;
}
`;
}

function node(flag: CodedFlag, url: string): Snippet {
  return {
    id: "node",
    name: "Node.js",
    side: "server",
    language: "js",
    install: "npm install @halyard/flags",
    code: `import { createClient } from "@halyard/flags";

// One for each customer: it is small and opens no connection by itself.
const flags = createClient(${options(url, "process.env.HALYARD_SERVER_KEY")});

const value = await flags.evaluate(${quoted(flag.key)}, ${javascript(flag.defaultValue)});
`,
    note: null,
  };
}

const JS_GETTER = {
  boolean: "getBooleanValue",
  string: "getStringValue",
  number: "getNumberValue",
  json: "getObjectValue",
} as const satisfies Record<FlagType, string>;

function openFeatureWeb(flag: CodedFlag, url: string): Snippet {
  return {
    id: "openfeature-web",
    name: "OpenFeature web",
    side: "client",
    language: "js",
    install: "npm install @openfeature/web-sdk @openfeature/core @openfeature/ofrep-web-provider",
    code: `import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature } from "@openfeature/web-sdk";

await OpenFeature.setContext({ targetingKey: ${quoted(SOME_ENTITY)} });
await OpenFeature.setProviderAndWait(new OFREPWebProvider({
  baseUrl: ${quoted(url)},
  headers: [["Authorization", ${quoted(`Bearer ${SOME_CLIENT_KEY}`)}]],
  pollInterval: 30_000,
}));

const value = OpenFeature.getClient().${JS_GETTER[flag.type]}(${quoted(flag.key)}, ${javascript(flag.defaultValue)});
`,
    note: flag.type === "json" ? `${POLLING} ${OPENFEATURE_OBJECTS}` : POLLING,
  };
}

function openFeatureNode(flag: CodedFlag, url: string): Snippet {
  return {
    id: "openfeature-node",
    name: "OpenFeature Node.js",
    side: "server",
    language: "js",
    install: "npm install @openfeature/server-sdk @openfeature/core @openfeature/ofrep-provider",
    code: `import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";

await OpenFeature.setProviderAndWait(new OFREPProvider({
  baseUrl: ${quoted(url)},
  headers: [["Authorization", \`Bearer \${process.env.HALYARD_SERVER_KEY}\`]],
}));

const customer = { targetingKey: ${quoted(SOME_ENTITY)} };
const value = await OpenFeature.getClient().${JS_GETTER[flag.type]}(${quoted(flag.key)}, ${javascript(flag.defaultValue)}, customer);
`,
    note: flag.type === "json" ? OPENFEATURE_OBJECTS : null,
  };
}

function openFeaturePython(flag: CodedFlag, url: string): Snippet {
  const { getter, fallback, note } = inPython(flag);
  return {
    id: "openfeature-python",
    name: "OpenFeature Python",
    side: "server",
    language: "python",
    install: "pip install openfeature-provider-ofrep",
    code: `import os

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

api.set_provider(OFREPProvider(
    ${quoted(url)},
    headers_factory=lambda: {"Authorization": f"Bearer {os.environ['HALYARD_SERVER_KEY']}"},
))

customer = EvaluationContext(targeting_key=${quoted(SOME_ENTITY)})
value = api.get_client().${getter}(${quoted(flag.key)}, ${fallback}, customer)
`,
    note,
  };
}

/** Python tells whole numbers from others, by the value at hand. */
function inPython({ type, defaultValue, rules }: CodedFlag) {
  const fallback = python(defaultValue);
  if (type !== "number") {
    const getter = { boolean: "get_boolean_value", string: "get_string_value", json: "get_object_value" }[
      type
    ];
    return { getter, fallback, note: type === "json" ? OPENFEATURE_OBJECTS : null };
  }
  const values = [defaultValue, ...rules.map(({ value }) => value)];
  const whole = values.filter((value) => Number.isInteger(value)).length;
  if (whole === values.length) return { getter: "get_integer_value", fallback, note: null };
  const written = /^-?\d+$/.test(fallback) ? `${fallback}.0` : fallback;
  const mixed = "The provider takes whole numbers for another type: serve 2.0 rather than 2, or use the API.";
  return { getter: "get_float_value", fallback: written, note: whole > 0 ? mixed : null };
}

function launchDarkly(flag: CodedFlag, url: string): Snippet {
  return {
    id: "launchdarkly",
    name: "LaunchDarkly JS",
    side: "client",
    language: "js",
    install: "npm install launchdarkly-js-client-sdk",
    code: `import * as LDClient from "launchdarkly-js-client-sdk";

const url = ${quoted(url)};
const client = LDClient.initialize(${quoted(SOME_CLIENT_KEY)}, { kind: "user", key: ${quoted(SOME_ENTITY)} }, {
  baseUrl: url,
  streamUrl: url,
  eventsUrl: url,
  streaming: false,
});
await client.waitForInitialization(5);

const value = client.variation(${quoted(flag.key)}, ${javascript(flag.defaultValue)});
`,
    note: "It asks once, and again at identify(): until then an open page keeps the old value after a kill.",
  };
}

function curl(flag: CodedFlag, url: string): Snippet {
  const body = JSON.stringify({ key: flag.key, entityId: SOME_ENTITY });
  return {
    id: "curl",
    name: "curl",
    side: "server",
    language: "sh",
    install: null,
    code: `curl --silent --show-error --max-time 3 \\
  -H "Authorization: Bearer $HALYARD_SERVER_KEY" \\
  -H 'Content-Type: application/json' \\
  -d ${shellWord(body)} \\
  ${shellWord(`${url}/feature-flags/evaluate`)}
`,
    note: null,
  };
}
