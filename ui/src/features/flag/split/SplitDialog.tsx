// Makes a split: an audience, the values to divide it among, and their weights.
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { formatPercentage, IconButton } from "@/components";
import type { Audience, FlagType, JsonValue, Rule } from "@/contract";
import { editorText, parseValue, sameValue } from "../model/value";
import { newRuleId } from "../use-flag-draft";
import { rulesOfSplit, sharesByWeight } from "./model";
import classes from "./SplitDialog.module.css";

const EVERYONE = "everyone";

type Props = {
  type: FlagType;
  /** The values there are, default first: what the arms start with. */
  values: ReadonlyArray<JsonValue>;
  audiences: ReadonlyArray<Audience>;
  /** How many rules there is room for. */
  room: number;
  onClose: () => void;
  onAdd: (rules: Array<Rule>) => void;
};

type Row = { id: string; text: string; weight: string };

export function SplitDialog({ type, values, audiences, room, onClose, onAdd }: Props) {
  const [audience, setAudience] = useState(EVERYONE);
  const [rows, setRows] = useState<Array<Row>>(() => {
    const given = values.slice(0, room).map((value) => editorText(type, value));
    while (given.length < 2) given.push("");
    return given.map((text) => ({ id: newRuleId(), text, weight: "1" }));
  });
  const [tried, setTried] = useState(false);
  const change = (id: string, changes: Partial<Row>) =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...changes } : row)));

  const parsed = rows.map(({ text }) => parseValue(type, text));
  const weights = rows.map(({ weight }) => weightOf(weight));
  const shares = sharesByWeight(weights);
  const problemOf = (index: number): string | null => {
    const own = parsed[index];
    if (!own?.ok) return own?.error ?? null;
    const twin = parsed.findIndex((other) => other.ok && sameValue(other.value, own.value));
    return twin < index ? `The same as arm ${twin + 1}.` : null;
  };
  const weightProblem = (index: number) => ((weights[index] ?? 0) > 0 ? null : "A number above 0.");

  function add() {
    setTried(true);
    if (rows.some((_, index) => problemOf(index) ?? weightProblem(index))) return;
    const arms = parsed.flatMap((each, index) =>
      each.ok ? [{ value: each.value, share: shares[index] ?? 0 }] : [],
    );
    onAdd(rulesOfSplit(audience === EVERYONE ? null : audience, arms, newRuleId));
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title="Split into arms"
      size={560}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Select
          label="Whom"
          allowDeselect={false}
          searchable
          data={[
            { value: EVERYONE, label: "Everyone" },
            ...audiences.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={audience}
          onChange={(chosen) => setAudience(chosen ?? EVERYONE)}
        />
        <ol className={classes.arms} aria-label="Arms">
          {rows.map(({ id, text, weight }, index) => (
            <li key={id} className={classes.arm}>
              <TextInput
                className={classes.value ?? ""}
                aria-label={`Value of arm ${index + 1}`}
                placeholder={type === "json" ? "JSON" : "Value"}
                value={text}
                error={tried ? problemOf(index) : null}
                onChange={(event) => change(id, { text: event.currentTarget.value })}
              />
              <TextInput
                className={classes.weight ?? ""}
                aria-label={`Weight of arm ${index + 1}`}
                inputMode="decimal"
                value={weight}
                error={tried ? weightProblem(index) : null}
                onChange={(event) => change(id, { weight: event.currentTarget.value })}
              />
              <span className={classes.share}>{formatPercentage((shares[index] ?? 0) / 1000)}</span>
              <IconButton
                label={`Remove arm ${index + 1}`}
                disabled={rows.length <= 2}
                onClick={() => setRows(rows.filter((row) => row.id !== id))}
              >
                <IconX size={16} stroke={1.75} />
              </IconButton>
            </li>
          ))}
        </ol>
        <div className={classes.buttons}>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={16} stroke={1.75} />}
            disabled={rows.length >= room}
            onClick={() => setRows([...rows, { id: newRuleId(), text: "", weight: "1" }])}
          >
            Add arm
          </Button>
          <Button variant="subtle" onClick={() => setRows(rows.map((row) => ({ ...row, weight: "1" })))}>
            Split evenly
          </Button>
          <span className={classes.space} />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled">
            Add {rows.length} rules
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What is no weight weighs nothing. */
function weightOf(text: string): number {
  const weight = Number(text.trim().replace(",", "."));
  return weight > 0 && weight <= 1e9 ? weight : 0;
}
