// `@launchdarkly/js-client-sdk`, version 4.
import { createClient } from "@launchdarkly/js-client-sdk";
import { callsOf, contextOf, listener } from "./launchdarkly.mjs";

export async function start({ url, key, customer, report = false, options = {} }) {
  const complaints = [];
  const client = createClient(key, contextOf(customer), {
    baseUri: url,
    eventsUri: url,
    streamUri: url,
    streaming: false,
    useReport: report,
    withReasons: true,
    logger: listener(complaints),
    ...options,
  });
  const { status, error } = await client.start({ timeout: 5 });
  if (status !== "complete") throw error ?? new Error(`started: ${status}`);
  return callsOf(client, complaints, async (context) => {
    const { status, error } = await client.identify(context);
    if (status !== "completed") throw error ?? new Error(`identified: ${status}`);
  });
}
