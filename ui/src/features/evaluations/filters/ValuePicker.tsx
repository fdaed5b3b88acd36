// Which value was served: the flag's own and those on screen, or any that is typed.
import type { Flag, JsonValue } from "@/contract";
import { variations } from "@/features/flag/model/value";
import { OptionPicker } from "./OptionPicker";
import { valueOptions } from "./options";

const BOTH: ReadonlyArray<JsonValue> = [true, false];

type Props = {
  /** undefined: any flag. */
  flag: Flag | undefined;
  /** That are on screen. */
  seen: ReadonlyArray<JsonValue>;
  /** The value as JSON. */
  onChoose: (value: string) => void;
};

export function ValuePicker({ flag, seen, onChoose }: Props) {
  const own = flag
    ? variations(
        flag.defaultValue,
        flag.rules.map(({ value }) => value),
      )
    : [];
  const [first, ...others] = [...own, ...(flag && flag.type !== "boolean" ? [] : BOTH), ...seen];
  const known = first === undefined ? [] : variations(first, others);
  return (
    <OptionPicker
      label="Value"
      placeholder="true, or any value"
      optionsFor={(text) => valueOptions(text, flag?.type ?? null, known)}
      none={flag ? `This is no value of a ${flag.type} flag.` : "Type a value."}
      onChoose={onChoose}
    />
  );
}
