// What an audience is made of, for its page and for the side sheet: name, description, the condition in a
// sentence, and its builder.
import { Textarea, TextInput } from "@mantine/core";
import { memo, type ReactNode, useEffect, useRef } from "react";
import { useCommandQuery } from "@/api";
import { ErrorNote, SkeletonRows } from "@/components";
import type { Attribute } from "@/contract";
import { Phrase } from "@/features/flag/Phrase";
import { useSameFunctions } from "@/features/flag/rules/use-same-functions";
import classes from "./AudienceFields.module.css";
import { ConditionBuilder } from "./builder/ConditionBuilder";
import type { Problems } from "./model/check";
import type { AudienceDraft } from "./model/draft";
import { type Edit, edited } from "./model/edit";
import { briefSentence } from "./model/summary";
import type { Refusals } from "./model/violations";

const NO_ATTRIBUTES: ReadonlyArray<Attribute> = [];

export function useAttributes() {
  const query = useCommandQuery("attributes_list", {});
  return { attributes: query.data ?? NO_ATTRIBUTES, query };
}

type Props = {
  draft: AudienceDraft;
  /** Shown beside the fields: what is unfinished, once saving was tried, and what was refused. */
  problems: Problems;
  fields: Refusals["fields"];
  onChange: (changes: Partial<AudienceDraft>) => void;
  /** Between the sentence and the builder. */
  children?: ReactNode;
};

export function AudienceFields({ draft, problems, fields, onChange, children }: Props) {
  const { attributes, query } = useAttributes();
  const { change, edit } = useSameFunctions({
    change: onChange,
    edit: (next: Edit) => onChange({ tree: edited(draft.tree, next) }),
  });
  return (
    <div className={classes.fields}>
      <Names
        isNew={draft.base === null && draft.name === ""}
        name={draft.name}
        description={draft.description}
        nameProblem={fields.name}
        descriptionProblem={fields.description}
        onChange={change}
      />
      <p className={classes.sentence} data-selectable dir="auto">
        <Phrase of={briefSentence(draft.tree)} />
      </p>
      {children}
      {query.isPending && <SkeletonRows rows={2} label="Loading the attributes" />}
      {query.error && (
        <ErrorNote
          title="The attributes of customers could not be loaded."
          failure={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {!query.isPending && (
        <ConditionBuilder tree={draft.tree} attributes={attributes} problems={problems} onEdit={edit} />
      )}
    </div>
  );
}

type NamesProps = {
  /** Nothing is typed yet. */
  isNew: boolean;
  name: string;
  description: string;
  nameProblem: string | undefined;
  descriptionProblem: string | undefined;
  onChange: (changes: Partial<AudienceDraft>) => void;
};

/** Does not draw again for a key in the condition: a field that grows measures itself each time. */
const Names = memo(function Names(props: NamesProps) {
  const { isNew, onChange } = props;
  const name = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    if (isNew) name.current?.focus();
  }, []);
  return (
    <div className={classes.names}>
      <TextInput
        ref={name}
        data-autofocus
        label="Name"
        placeholder="As in “Enterprise, active 30 days”"
        value={props.name}
        error={props.nameProblem}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        dir="auto"
      />
      <Textarea
        label="Description"
        placeholder="What it is for (optional)"
        value={props.description}
        error={props.descriptionProblem}
        autosize
        classNames={DESCRIPTION}
        minRows={1}
        maxRows={4}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
        dir="auto"
      />
    </div>
  );
});

const DESCRIPTION = { input: classes.description ?? "" };
