// `launchdarkly-node-client-sdk`, version 3.
import { initialize } from "launchdarkly-node-client-sdk";
import { callsOf, contextOf, listener } from "./launchdarkly.mjs";

export async function start({ url, key, customer, report = false, options = {} }) {
  const complaints = [];
  const client = initialize(key, contextOf(customer), {
    baseUrl: url,
    eventsUrl: url,
    streamUrl: url,
    streaming: false,
    useReport: report,
    evaluationReasons: true,
    logger: listener(complaints),
    ...options,
  });
  await client.waitForInitialization(5);
  return callsOf(client, complaints);
}
