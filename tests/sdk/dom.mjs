// A DOM for Node, before anything that looks for one: import this first.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>", { url: "https://shop.example/", pretendToBeVisual: true });
globalThis.window = window;
for (const name of [
  "document",
  "navigator",
  "HTMLElement",
  "HTMLIFrameElement",
  "Element",
  "Node",
  "MutationObserver",
]) {
  // Newer Node has a navigator that cannot be assigned to.
  Object.defineProperty(globalThis, name, { configurable: true, value: window[name] });
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;
export const { localStorage } = window;
