// What the pages of rendering.test.mjs run: takes over what a server rendered, by the settings in the
// page, and keeps a record of it.
import { createClient } from "@halyard/flags";
import { FlagsProvider, useFlag } from "@halyard/flags/react";
import { createElement, version } from "react";
import { hydrateRoot } from "react-dom/client";

const { cached, loading, ...options } = globalThis.settings;
if (cached) options.cache = { storage: localStorage };
const client = createClient(options);
/** Every value that was drawn, in order, and every complaint of React. */
const drawn = [];
const recovered = [];

function Price() {
  const value = useFlag("price-page", "mine");
  drawn.push(value);
  return createElement("p", null, value);
}

const tree = createElement(FlagsProvider, { client, loading }, createElement(Price));
const onRecoverableError = (error) => recovered.push(error.message);
const root = hydrateRoot(document.getElementById("shop"), tree, { onRecoverableError });
Object.assign(globalThis, { client, drawn, recovered, root, version });
