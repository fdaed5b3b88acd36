// What the snippets use of libraries whose own types are not installed here.
declare module "react-native" {
  export function Text(props: { children?: import("react").ReactNode }): import("react").ReactElement;
}
declare module "react-dom/client" {
  export function createRoot(place: Element): { render(content: import("react").ReactNode): void };
}
declare module "react-dom/server" {
  export function renderToString(content: import("react").ReactNode): string;
}
