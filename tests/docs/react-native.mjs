// Stands in for React Native in a page: texts are spans, and the app is always in front.
import { createElement } from "react";

export const Text = (props) => createElement("span", props);
export const AppState = { currentState: "active", addEventListener: () => ({ remove() {} }) };
export const Platform = { OS: "web", select: (choices) => choices.web ?? choices.default };
export const NativeModules = {};
export const TurboModuleRegistry = { get: () => null };
