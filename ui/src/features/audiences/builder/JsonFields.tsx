// Where inside JSON a test looks, and what it reads the value as.
import { Select } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import type { Attribute, AttributeType } from "@/contract";
import type { NodeProblems } from "../model/check";
import { READ_AS, TYPE_WORDS, withReadAs } from "../model/operators";
import type { Leaf } from "../model/tree";
import { pathFromText, pathText } from "../model/typed";
import classes from "./LeafRow.module.css";
import { SuggestField } from "./SuggestField";
import { usePathSuggestions } from "./use-suggestions";
import { useTypedText } from "./use-typed-text";

type Props = {
  what: string;
  leaf: Leaf;
  attributes: ReadonlyArray<Attribute>;
  problems: NodeProblems;
  onChange: (leaf: Leaf) => void;
};

export function JsonFields({ what, leaf, attributes, problems, onChange }: Props) {
  const [wanted, setWanted] = useState(false);
  const { paths, suggestions } = usePathSuggestions(leaf.attribute, wanted);
  const { text, setText } = useTypedText({
    value: [...leaf.path],
    read: pathFromText,
    write: (path) => pathText(path as Array<string>),
    onChange: (path) => onChange({ ...leaf, path: path as Array<string> }),
  });
  const take = (taken: string) => {
    const path = pathFromText(taken);
    const type = paths.find((one) => pathText(one.path) === taken)?.types[0];
    onChange(type ? withReadAs({ ...leaf, path }, type, attributes) : { ...leaf, path });
  };
  return (
    <>
      <div className={classes.path}>
        <SuggestField
          named={{ "aria-label": `Path of ${what}`, error: problems.path ?? false }}
          text={text}
          placeholder="path.inside"
          suggestions={suggestions}
          onWanted={() => setWanted(true)}
          onText={setText}
          onTake={take}
        />
      </div>
      <Select
        className={classes.readAs ?? ""}
        aria-label={`Type of ${what}`}
        error={problems.type}
        rightSection={<IconChevronDown size={16} stroke={1.75} aria-hidden />}
        rightSectionPointerEvents="none"
        comboboxProps={{ keepMounted: false }}
        data={READ_AS.map((each) => ({ value: each, label: `as ${TYPE_WORDS[each]}` }))}
        value={leaf.readAs}
        onChange={(next) => next && onChange(withReadAs(leaf, next as AttributeType, attributes))}
      />
    </>
  );
}
