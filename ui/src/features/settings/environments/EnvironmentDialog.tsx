// Makes an environment, or changes the name and colour of one. Its key never changes.
import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCommandMutation } from "@/api";
import { announce } from "@/app/announcements";
import { ErrorNote } from "@/components";
import type { Environment } from "@/contract";
import {
  type EnvironmentErrors,
  emptyForm,
  environmentErrors,
  placedErrors,
  withKey,
  withName,
} from "../model/environments";
import { ColorField } from "./ColorField";
import classes from "./Environments.module.css";

type Props = {
  environments: ReadonlyArray<Environment>;
  /** Absent: a new one. */
  environment?: Environment;
  onClose: () => void;
};

export function EnvironmentDialog({ environments, environment, onClose }: Props) {
  const [form, setForm] = useState(() =>
    environment ? { ...environment, keyEdited: true } : emptyForm(environments),
  );
  /** Errors show from the first attempt on, then follow what is typed. */
  const [tried, setTried] = useState(false);
  const create = useCommandMutation("environment_create");
  const update = useCommandMutation("environment_update");
  const others = environments.filter(({ key }) => key !== environment?.key);
  const failure = create.error ?? update.error;
  const busy = create.isPending || update.isPending;

  const local = environmentErrors(form, others);
  const refused: EnvironmentErrors | null =
    failure?.code === "already_exists"
      ? { key: failure.message }
      : failure?.code === "invalid"
        ? placedErrors(failure.violations)
        : null;
  const errors: EnvironmentErrors = { ...refused, ...(tried ? local : {}) };

  const change = (next: typeof form) => {
    setForm(next);
    if (create.error) create.reset();
    if (update.error) update.reset();
  };

  const submit = () => {
    setTried(true);
    if (Object.keys(local).length > 0 || busy) return;
    const name = form.name.trim();
    const color = form.color.toLowerCase();
    if (environment) {
      const changes = {
        ...(name === environment.name ? {} : { name }),
        ...(color === environment.color ? {} : { color }),
      };
      if (Object.keys(changes).length === 0) return onClose();
      update.mutate({ key: environment.key, changes }, { onSuccess: onClose });
      return;
    }
    create.mutate(
      { key: form.key, name, color, production: form.production },
      {
        onSuccess: () => {
          announce({ text: `${name} exists. Every flag is off in it.` });
          onClose();
        },
      },
    );
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={environment ? `Edit ${environment.name}` : "New environment"}
      closeButtonProps={{ "aria-label": "Close" }}
      closeOnClickOutside={false}
    >
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
          placeholder="Staging"
          dir="auto"
          value={form.name}
          error={errors.name}
          data-autofocus
          onChange={(event) =>
            change(
              environment
                ? { ...form, name: event.currentTarget.value }
                : withName(form, event.currentTarget.value),
            )
          }
        />
        {environment ? (
          <p className={classes.hint}>
            Key <code>{environment.key}</code>. Apps name it when they ask, so it never changes.
          </p>
        ) : (
          <TextInput
            label="Key"
            description="What apps name when they ask. It can't change later."
            classNames={{ input: classes.mono ?? "" }}
            placeholder="staging"
            value={form.key}
            spellCheck={false}
            error={errors.key}
            onChange={(event) => change(withKey(form, event.currentTarget.value))}
          />
        )}
        <ColorField
          color={form.color}
          letter={[...(form.name.trim() || form.key)].slice(0, 1).join("").toUpperCase()}
          sharedWith={others.find(({ color }) => color === form.color.toLowerCase())?.name}
          error={errors.color}
          onChange={(color) => change({ ...form, color })}
        />
        {!environment && (
          <Checkbox
            label="Production: real customers see what changes here"
            description="Changing what is live there then needs a note, and switching a flag on shows who gets what."
            checked={form.production}
            onChange={(event) => change({ ...form, production: event.currentTarget.checked })}
          />
        )}
        {failure && !refused && (
          <ErrorNote
            title={environment ? "The environment was not changed." : "The environment was not made."}
            failure={failure}
          />
        )}
        <div className={classes.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={busy}>
            {environment ? "Save environment" : "Create environment"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
