// A number as it is typed: decimals and huge ones stay what they are, and what is none stays to be put right.
import { TextInput } from "@mantine/core";
import type { JsonValue } from "@/contract";
import { numberText, readNumberOrText } from "../model/typed";
import { useTypedText } from "./use-typed-text";
import type { Named } from "./ValueInput";

type Props = {
  named: Named;
  value: JsonValue;
  placeholder?: string;
  className?: string;
  onChange: (value: JsonValue) => void;
};

export function NumberField({ named, value, placeholder = "Number", className = "", onChange }: Props) {
  const { text, setText } = useTypedText({ value, read: readNumberOrText, write: numberText, onChange });
  return (
    <TextInput
      {...named}
      className={className}
      // Grows with what is typed where it would be cut off.
      style={{ minWidth: `${Math.min(text.length, 24) + 3}ch` }}
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
