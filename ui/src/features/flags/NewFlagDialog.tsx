// Makes a flag, or a copy of one. Whatever goes wrong is said beside its field; what was typed stays.
import { Button, Modal, SegmentedControl, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useCommandMutation, useCommandQuery } from "@/api";
import { announce } from "@/app/announcements";
import { ErrorNote, Kbd } from "@/components";
import type { Flag, FlagType } from "@/contract";
import { parseValue } from "@/features/flag/model/value";
import { ValueField } from "@/features/flag/rules/ValueField";
import { FlagTypeLabel } from "./FlagTypeLabel";
import classes from "./NewFlagDialog.module.css";
import {
  duplicateForm,
  EMPTY_FORM,
  errorsByField,
  type FieldErrors,
  type Form,
  keyedForm,
  missing,
  newFlag,
  withKey,
  withName,
  withType,
} from "./new-flag";
import { VisibilityChoice } from "./VisibilityChoice";

type Props = {
  /** Key of the flag to start from. */
  duplicateOf: string | undefined;
  /** The key that the new flag is to have, as one that was asked for in vain. */
  firstKey?: string | undefined;
  onClose: () => void;
};

export function NewFlagDialog({ duplicateOf, firstKey, onClose }: Props) {
  const original = useCommandQuery(
    "flag_get",
    { flag: duplicateOf ?? "" },
    { enabled: duplicateOf !== undefined },
  );
  const title = duplicateOf === undefined ? "New flag" : `Duplicate ${duplicateOf}`;
  const ready = duplicateOf === undefined || original.data !== undefined;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={560}
      closeButtonProps={{ "aria-label": "Close" }}
      closeOnClickOutside={false}
    >
      {original.error && <ErrorNote title={`${duplicateOf} could not be read.`} failure={original.error} />}
      {ready && (
        <NewFlagForm
          key={duplicateOf ?? ""}
          original={original.data ?? null}
          firstKey={firstKey}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

const TYPES: ReadonlyArray<FlagType> = ["boolean", "string", "number", "json"];

type FormProps = { original: Flag | null; firstKey: string | undefined; onClose: () => void };

function NewFlagForm({ original, firstKey, onClose }: FormProps) {
  const navigate = useNavigate();
  const [form, setForm] = useState<Form>(() =>
    original ? duplicateForm(original) : firstKey ? keyedForm(firstKey) : EMPTY_FORM,
  );
  /** Errors show from the first attempt on, then follow what is typed. */
  const [tried, setTried] = useState(false);
  const create = useCommandMutation("flag_create");
  const knownTags = useKnownTags();
  const ids = { type: useId(), value: useId() };

  const parsed = form.defaultText === null ? null : parseValue(form.type, form.defaultText);
  const local = missing(form, parsed && !parsed.ok ? parsed.error : null);
  const refused = create.error?.code === "invalid" ? errorsByField(create.error.violations) : null;
  const taken = create.error?.code === "already_exists" ? create.error : null;
  const errors: FieldErrors = { ...refused?.errors, ...(tried ? local : {}) };

  /** From the last form, as a field may report a value and its text one after the other. */
  const change = (next: (last: Form) => Form) => {
    setForm(next);
    if (create.error) create.reset();
  };

  const submit = () => {
    setTried(true);
    if (Object.keys(local).length > 0 || create.isPending) return;
    create.mutate(newFlag(form, original), {
      onSuccess: (flag) => {
        announce({ text: `${flag.key} exists and is off everywhere.` });
        void navigate({ to: "/flags/$key", params: { key: flag.key }, replace: true });
      },
    });
  };

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextInput
        label="Name"
        placeholder="New dashboard for enterprise"
        value={form.name}
        error={errors.name}
        data-autofocus
        autoFocus
        onChange={(event) => {
          const name = event.currentTarget.value;
          change((last) => withName(last, name));
        }}
      />
      <TextInput
        label="Key"
        description="What code asks for. Key and type can't change later."
        classNames={{ input: classes.mono ?? "" }}
        placeholder="new-dashboard"
        value={form.key}
        spellCheck={false}
        error={errors.key}
        onChange={(event) => {
          const key = event.currentTarget.value;
          change((last) => withKey(last, key));
        }}
      />
      {taken && (
        <TakenKey
          formKey={form.key}
          archived={taken.details.archived === true}
          flagId={taken.details.flags?.[0]?.id ?? form.key}
        />
      )}
      <div className={classes.pair}>
        <div>
          <p className={classes.label} id={ids.type}>
            Type
          </p>
          <SegmentedControl
            aria-labelledby={ids.type}
            value={form.type}
            onChange={(type) => change((last) => withType(last, type as FlagType))}
            disabled={original !== null}
            data={TYPES.map((type) => ({ value: type, label: <FlagTypeLabel type={type} /> }))}
          />
        </div>
        <div className={classes.value}>
          <p className={classes.label} id={ids.value}>
            Default value
          </p>
          <ValueField
            type={form.type}
            value={form.defaultValue}
            text={form.defaultText}
            error={errors.defaultValue}
            label="Default value"
            variation={0}
            disabled={false}
            onChange={(defaultValue) => change((last) => ({ ...last, defaultValue, defaultText: null }))}
            onText={(defaultText) => change((last) => ({ ...last, defaultText }))}
          />
          {errors.defaultValue && <p className={classes.error}>{errors.defaultValue}</p>}
        </div>
      </div>
      <p className={classes.hint}>
        Everyone gets the default where no rule matches, when the flag is off, and when it is killed.
      </p>
      <VisibilityChoice
        value={form.clientVisible}
        error={errors.clientVisible}
        onChange={(clientVisible) => change((last) => ({ ...last, clientVisible }))}
      />
      <TagsInput
        label="Tags"
        placeholder={form.tags.length === 0 ? "Type one and press Enter" : ""}
        value={[...form.tags]}
        data={[...knownTags]}
        maxTags={20}
        error={errors.tags}
        clearable
        onChange={(tags) => change((last) => ({ ...last, tags }))}
      />
      <Textarea
        label="Description"
        placeholder="What it is for, who asked for it, when it may go"
        value={form.description}
        autosize
        minRows={2}
        maxRows={6}
        error={errors.description}
        onChange={(event) => {
          const description = event.currentTarget.value;
          change((last) => ({ ...last, description }));
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
        }}
      />
      {create.error && !taken && (refused === null || refused.rest.length > 0) && (
        <ErrorNote title="The flag was not created. What you typed is kept." failure={create.error} />
      )}
      <div className={classes.buttons}>
        <span className={classes.note}>It starts off everywhere.</span>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          variant="filled"
          loading={create.isPending}
          rightSection={<Kbd shortcut="Enter" />}
        >
          {original
            ? `Create with ${original.rules.length === 1 ? "its rule" : `its ${original.rules.length} rules`}`
            : "Create flag"}
        </Button>
      </div>
    </form>
  );
}

/** A key that is taken: by a flag in use, or by an archived one that can come back. */
function TakenKey(props: { formKey: string; archived: boolean; flagId: string }) {
  const { formKey, archived, flagId } = props;
  const navigate = useNavigate();
  const unarchive = useCommandMutation("flag_unarchive");
  const open = () => void navigate({ to: "/flags/$key", params: { key: formKey }, replace: true });
  return (
    <ErrorNote
      title={
        archived
          ? `An archived flag has the key ${formKey}.`
          : `There is a flag with the key ${formKey} already.`
      }
      failure={unarchive.error}
    >
      <p className="muted">
        {archived
          ? "Bring it back with its rules and history, or choose another key."
          : "Open it, or choose another key."}
      </p>
      <div className={classes.taken}>
        {archived ? (
          <Button
            loading={unarchive.isPending}
            onClick={() => unarchive.mutate({ flag: flagId }, { onSuccess: open })}
          >
            Unarchive {formKey}
          </Button>
        ) : (
          <Button onClick={open}>Open {formKey}</Button>
        )}
      </div>
    </ErrorNote>
  );
}

function useKnownTags(): ReadonlyArray<string> {
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags ?? [];
  return [...new Set(flags.flatMap(({ tags }) => tags))].sort();
}
