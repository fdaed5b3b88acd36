// How the page is built, served while developing, and tested.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { frozenPrototype } from "./vite/frozen-prototype.ts";

// While developing in a browser, commands go to the bridge that this address names.
const bridge = process.env.HALYARD_BRIDGE ?? "http://127.0.0.1:4780";

export default defineConfig({
  plugins: [react(), frozenPrototype()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  clearScreen: false,
  server: { port: 5173, strictPort: true, proxy: { "/command": bridge } },
  build: {
    target: "safari16",
    // Nothing inlined: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    testTimeout: 60_000,
    // Two cores serve everything here; more workers only make each one slower.
    maxWorkers: 2,
  },
});
