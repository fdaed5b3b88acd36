// What the page and the app agree on. Everything else in the page imports it from here.
export * from "./contract";
export * from "./tags";
