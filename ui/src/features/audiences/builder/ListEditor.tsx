// A list of values as text, one a line: for a thousand of them, and for values with commas. What is typed is in
// the condition at once, so that closing loses nothing.
import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { formatCount } from "@/components";
import type { JsonValue } from "@/contract";
import { MAXIMUM_LIST } from "../model/check";
import { asValues, linesFromValues, valuesFromLines } from "../model/list-text";
import { numberText } from "../model/typed";
import classes from "./ListEditor.module.css";

type Props = {
  label: string;
  kind: "texts" | "numbers";
  values: ReadonlyArray<JsonValue>;
  onChange: (values: Array<JsonValue>) => void;
  onClose: () => void;
};

export function ListEditor({ label, kind, values, onChange, onClose }: Props) {
  const [text, setText] = useState(() => linesFromValues(values.map(numberText)));
  const lines = text.split("\n").filter((line) => line.trim() !== "").length;
  const twice = lines - values.length;
  const over = values.length > MAXIMUM_LIST;
  return (
    <Modal
      opened
      onClose={onClose}
      title={label.replace(/^Value of/, "Values of")}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Textarea
        data-autofocus
        label="One value a line"
        description="Commas belong to the value. Paste a column from a sheet."
        classNames={{ input: classes.lines ?? "" }}
        rows={16}
        spellCheck={false}
        value={text}
        error={over ? `At most ${formatCount(MAXIMUM_LIST)} values are possible.` : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value);
          onChange(asValues(valuesFromLines(event.currentTarget.value), kind));
        }}
      />
      <div className={classes.foot}>
        <span className={classes.count} role="status">
          {formatCount(values.length)} of {formatCount(MAXIMUM_LIST)}
          {twice > 0 ? `; ${formatCount(twice)} twice, counted once` : ""}
        </span>
        <Button variant="filled" onClick={onClose}>
          Done
        </Button>
      </div>
    </Modal>
  );
}
