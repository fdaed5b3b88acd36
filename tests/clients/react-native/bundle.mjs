// Bundles the React Native client as Metro would for a phone: its packages as published, the files for
// `native` platforms first, every module CommonJS.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** The package calls itself one of ES modules, yet brings a file that is CommonJS, which Metro accepts. */
const commonJs = {
  name: "commonjs-in-module-package",
  setup(build) {
    build.onResolve({ filter: /\/fromExternal\/js-sha256$/ }, ({ resolveDir, path }) => ({
      path: join(resolveDir, path, "index.js"),
      namespace: "commonjs",
    }));
    build.onLoad({ filter: /.*/, namespace: "commonjs" }, async ({ path }) => ({ contents: await readFile(path) }));
  },
};

/** Writes the bundle to `outfile`. */
export async function bundleReactNative(outfile) {
  await build({
    stdin: { contents: 'export * from "@launchdarkly/react-native-client-sdk"', resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["react-native", "module", "main"],
    conditions: ["react-native", "import"],
    resolveExtensions: [".native.ts", ".native.js", ".ts", ".tsx", ".mjs", ".js"],
    plugins: [commonJs],
    logLevel: "error",
  });
}
