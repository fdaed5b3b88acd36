// How numbers, times and long names are written, everywhere the same.
export * from "./count";
export * from "./moment";
export * from "./shorten";
export * from "./time";
