// uPlot asks `Intl` for the browser's language while it loads. Where the system has none, WebKit calls
// it "C", which `Intl` refuses with an error. Imported before uPlot, this gives it one that exists.
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { configurable: true, value: "en" });
}

export {};
