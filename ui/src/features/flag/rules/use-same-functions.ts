// Callbacks that stay the same functions while what they do is always the latest: for memoised children.
import { useRef, useState } from "react";

type Functions = { [name: string]: (...given: Array<never>) => void };

/** `functions` must have the same names at every call. */
export function useSameFunctions<Given extends Functions>(functions: Given): Given {
  const latest = useRef(functions);
  latest.current = functions;
  const [same] = useState(() => {
    const entries = Object.keys(functions).map((name) => [
      name,
      (...given: Array<never>) => latest.current[name]?.(...given),
    ]);
    return Object.fromEntries(entries) as Given;
  });
  return same;
}
