// What LaunchDarkly's clients have in common: started with a context, each becomes the same few
// asynchronous calls, so that one test speaks to all of them.

/** A single context of the kind `user`, or one of several kinds among which it is. */
export function contextOf(customer, { multi = false } = {}) {
  if (!multi) return { kind: "user", key: customer, plan: "never looked at" };
  return { kind: "multi", device: { key: "phone" }, user: { key: customer }, "z-team": { key: "unknown" } };
}

/** Keeps what the client complains of; a warning about an unknown flag is what it should say. */
export function listener(complaints) {
  const quiet = () => {};
  return {
    debug: quiet,
    info: quiet,
    warn: (text) => /unknown|not found/i.test(text) || complaints.push(`warn: ${text}`),
    error: (text) => /unknown feature flag/i.test(text) || complaints.push(`error: ${text}`),
  };
}

/** The calls that the tests make, of a client that has its first flags. */
export function callsOf(client, complaints, identify = (context) => client.identify(context)) {
  return {
    complaints: async () => complaints,
    variation: async (key, otherwise) => client.variation(key, otherwise),
    detail: async (key, otherwise) => {
      const { value, variationIndex, reason } = client.variationDetail(key, otherwise);
      return { value, index: variationIndex, reason };
    },
    all: async () => client.allFlags(),
    identify: async (customer, look) => {
      await identify(contextOf(customer, look));
    },
    flush: async () => {
      client.track("bought");
      await client.flush();
    },
    close: async () => client.close(),
  };
}
