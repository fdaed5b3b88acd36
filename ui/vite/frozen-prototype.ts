// Makes dependencies work under a frozen Object.prototype, which the desktop shell has (`freezePrototype`).
// Assigning `toString` or `valueOf` to another prototype then throws, because both are inherited as
// read-only; an own property has to be defined first. Some libraries assign.
import type { Plugin } from "vite";

const ASSIGNS = /([A-Za-z_$][\w$]*(?:\.prototype)?)\.(toString|valueOf)\s*=\s*(?=function\b)/g;

const OWN = `function __own(object, name) {
  Object.defineProperty(object, name, { value: undefined, writable: true, configurable: true, enumerable: false });
  return name;
}
`;

export function frozenPrototype(): Plugin {
  return {
    name: "frozen-prototype",
    apply: "build",
    transform(code, id) {
      if (!id.includes("node_modules") || code.search(ASSIGNS) < 0) return null;
      return { code: OWN + code.replace(ASSIGNS, '$1[__own($1, "$2")] = '), map: null };
    },
  };
}
