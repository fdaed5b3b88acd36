// When a page comes back to the front, or online.

/** Calls `listener` whenever the app is back; the answer ends it. */
export type Back = (listener: () => void) => () => void;

/** In browsers; elsewhere never. */
export const onFocus: Back = (listener) => {
  if (typeof document === "undefined") return () => {};
  const shown = () => {
    if (document.visibilityState === "visible") listener();
  };
  document.addEventListener("visibilitychange", shown);
  window.addEventListener("online", listener);
  return () => {
    document.removeEventListener("visibilitychange", shown);
    window.removeEventListener("online", listener);
  };
};
