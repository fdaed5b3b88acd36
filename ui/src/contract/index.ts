// What the page and the app agree on, generated from the app's list of commands. Everything else
// in the page imports it from here.
export * from "./generated/contract";
