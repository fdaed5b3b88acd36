// What jsdom lacks and Mantine asks for, and a clean page after every test.
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// Waiting ends when the condition holds; the limit is for a busy computer. A whole page helps nobody in a message.
configure({
  asyncUtilTimeout: 8_000,
  getElementError: (message) => new Error(message ?? "not found"),
});

window.matchMedia = (query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
});

class ResizeObserverStub implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", ResizeObserverStub);

// Virtual lists ask how tall their window is.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { configurable: true, get: () => 600 },
  clientWidth: { configurable: true, get: () => 1000 },
  offsetHeight: { configurable: true, get: () => 600 },
  offsetWidth: { configurable: true, get: () => 1000 },
});
Element.prototype.scrollIntoView = () => {};
Element.prototype.scrollTo = () => {};
Object.defineProperty(document, "fonts", { value: new EventTarget() });

afterEach(() => {
  cleanup();
  localStorage.clear();
});

// jsdom draws nothing: charts get a context that takes every call.
const drawsNothing = new Proxy({}, { get: () => () => ({ width: 0 }), set: () => true });
HTMLCanvasElement.prototype.getContext = (() => drawsNothing) as never;
globalThis.Path2D ??= class {
  rect() {}
  moveTo() {}
  lineTo() {}
  arc() {}
  addPath() {}
  closePath() {}
} as never;
