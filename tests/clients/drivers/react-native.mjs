// `@launchdarkly/react-native-client-sdk`, version 10, as `react-native/bundle.mjs` bundles it.
import { callsOf, contextOf, listener } from "./launchdarkly.mjs";

/** `sdk` is the bundle. Its automatic attributes make every context one of several kinds. */
export const startWith =
  (sdk) =>
  async ({ url, key, customer, report = false, options = {} }) => {
    const complaints = [];
    const client = new sdk.ReactNativeLDClient(key, sdk.AutoEnvAttributes.Enabled, {
      initialConnectionMode: "polling",
      baseUri: url,
      eventsUri: url,
      streamUri: url,
      useReport: report,
      withReasons: true,
      logger: listener(complaints),
      ...options,
    });
    // A context seen before is answered from the phone's storage; the tests want the server's answer.
    const identify = (context) => client.identify(context, { timeout: 15, waitForNetworkResults: true });
    await identify(contextOf(customer));
    return {
      ...callsOf(client, complaints, identify),
      setConnectionMode: (mode) => client.setConnectionMode(mode),
    };
  };
