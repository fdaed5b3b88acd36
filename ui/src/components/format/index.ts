// How numbers, times and long names are written, everywhere the same.
export * from "./count";
export * from "./shorten";
export * from "./time";
