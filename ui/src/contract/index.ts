// The contract between the page and the app: import wire types from `@/contract`.
export * from "./contract";
