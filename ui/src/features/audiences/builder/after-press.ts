// Puts off what moves the page until a click that has begun is over: a message that appears when a field is left
// would push the pressed button away from under the pointer, and its click would be lost.
let pressed = false;
if (typeof window !== "undefined") {
  window.addEventListener(
    "pointerdown",
    () => {
      pressed = true;
    },
    true,
  );
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(
      end,
      () => {
        pressed = false;
      },
      true,
    );
  }
}

export function afterPress(run: () => void): void {
  if (!pressed) {
    run();
    return;
  }
  const end = new AbortController();
  const finish = () => {
    end.abort();
    // The click comes right after.
    setTimeout(run);
  };
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, finish, { signal: end.signal });
  }
}
