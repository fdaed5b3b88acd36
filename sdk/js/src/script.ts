// For pages without a bundler. `<script src="script.js" data-url="…" data-key="…" data-entity-id="…">`
// makes `halyard.flags`; without attributes a page calls `halyard.init({ url, key })` itself.
import { createClient } from "./client.js";
import type { Client, ClientOptions } from "./types.js";

type Halyard = {
  createClient: typeof createClient;
  /** Makes a client and puts it in `halyard.flags`. */
  init(options: ClientOptions): Client;
  flags?: Client;
};

const halyard: Halyard = {
  createClient,
  init(options) {
    halyard.flags = createClient(options);
    return halyard.flags;
  },
};
(globalThis as unknown as { halyard: Halyard }).halyard = halyard;

const { url, key, entityId } = (document.currentScript as HTMLScriptElement | null)?.dataset ?? {};
if (url && key) halyard.init({ url, key, entityId });
