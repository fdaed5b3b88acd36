// The text of a field that means a value: as it was typed for as long as it means that, so that "1.50" stays.
import { useState } from "react";
import type { JsonValue } from "@/contract";
import { sameValue } from "@/features/flag/model/value";

type Options = {
  value: JsonValue;
  read: (text: string) => JsonValue;
  write: (value: JsonValue) => string;
  onChange: (value: JsonValue) => void;
};

export function useTypedText({ value, read, write, onChange }: Options) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed !== null && sameValue(read(typed), value) ? typed : write(value);
  return {
    text,
    setText: (next: string) => {
      setTyped(next);
      onChange(read(next));
    },
  };
}
