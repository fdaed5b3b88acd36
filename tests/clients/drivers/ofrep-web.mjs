// `@openfeature/ofrep-web-provider` with `@openfeature/web-sdk`: all flags of one context at once,
// asked for again at every poll.
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature } from "@openfeature/web-sdk";
import { callsOf } from "./openfeature.mjs";

/** How often the provider polls, in milliseconds. */
export const POLL = 200;
let started = 0;

export async function start({ url, key, customer, headers = [["Authorization", `Bearer ${key}`]] }) {
  started += 1;
  const domain = `ofrep-${started}`;
  const context = (targetingKey) => ({ targetingKey, plan: "never looked at" });
  await OpenFeature.setContext(domain, context(customer));
  const provider = new OFREPWebProvider({ baseUrl: url, pollInterval: POLL, headers });
  await OpenFeature.setProviderAndWait(domain, provider);
  const client = OpenFeature.getClient(domain);
  return callsOf((method, flag, otherwise) => client[method](flag, otherwise), {
    identify: (customer) => OpenFeature.setContext(domain, context(customer)),
    close: () => provider.onClose(),
  });
}
