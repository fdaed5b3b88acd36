// `@openfeature/ofrep-provider` with `@openfeature/server-sdk`: every evaluation is a request.
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { callsOf } from "./openfeature.mjs";

let started = 0;

export async function start({ url, key, customer }) {
  started += 1;
  const domain = `ofrep-${started}`;
  const provider = new OFREPProvider({ baseUrl: url, headers: [["Authorization", `Bearer ${key}`]] });
  await OpenFeature.setProviderAndWait(domain, provider);
  const client = OpenFeature.getClient(domain);
  let current = customer;
  const ask = (method, flag, otherwise) => client[method](flag, otherwise, { targetingKey: current, plan: "never" });
  return callsOf(ask, {
    identify: async (customer) => {
      current = customer;
    },
    close: async () => {},
  });
}
