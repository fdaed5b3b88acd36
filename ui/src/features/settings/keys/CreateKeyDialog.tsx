// Makes a key: what it opens, for whom, for how long. Then shows it, once.
import "@mantine/dates/styles.layer.css";
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useState } from "react";
import { useSecretCommand } from "@/api";
import { Choices, EnvironmentBadge, ErrorNote } from "@/components";
import type { CreatedSdkKey, Environment, KeyKind, SdkKey } from "@/contract";
import classes from "./Keys.module.css";
import {
  EMPTY_KEY_FORM,
  EXPIRIES,
  type Expiry,
  type KeyErrors,
  type KeyForm,
  KINDS,
  keyErrors,
  newKey,
  placedKeyErrors,
  ROLES,
  withEnvironment,
} from "./model";
import { ShownOnce } from "./ShownOnce";

type Props = {
  keys: ReadonlyArray<SdkKey>;
  environments: ReadonlyArray<Environment>;
  /** Key of the environment to start with. */
  environment: string | undefined;
  onClose: () => void;
};

export function CreateKeyDialog({ keys, environments, environment, onClose }: Props) {
  /** Kept here alone: it goes with the dialog. */
  const [created, setCreated] = useState<CreatedSdkKey | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={created ? `${created.key.name}: copy the key now` : "New SDK key"}
      size={620}
      closeOnClickOutside={false}
      closeOnEscape={created === null}
      withCloseButton={created === null}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {created ? (
        <ShownOnce created={created} onDone={onClose} />
      ) : (
        <CreateKeyForm
          keys={keys}
          environments={environments}
          environment={environment}
          onCreated={setCreated}
          onCancel={onClose}
        />
      )}
    </Modal>
  );
}

type FormProps = Omit<Props, "onClose"> & {
  onCreated: (created: CreatedSdkKey) => void;
  onCancel: () => void;
};

function CreateKeyForm({ keys, environments, environment, onCreated, onCancel }: FormProps) {
  const [typed, setTyped] = useState<KeyForm>({ ...EMPTY_KEY_FORM, environment: environment ?? null });
  const form = withEnvironment(typed, environments);
  /** Errors show from the first attempt on, then follow what is typed. */
  const [tried, setTried] = useState(false);
  const create = useSecretCommand("sdk_key_create");
  const chosen = environments.find(({ key }) => key === form.environment);
  const local = keyErrors(form, keys, environments, Date.now());
  const refused = create.failure?.code === "invalid" ? placedKeyErrors(create.failure.violations) : null;
  const errors: KeyErrors = { ...refused, ...(tried ? local : {}) };

  const change = (next: Partial<KeyForm>) => {
    setTyped((last) => ({ ...last, ...next }));
    if (create.failure) create.reset();
  };

  async function submit() {
    setTried(true);
    if (Object.keys(local).length > 0 || create.pending) return;
    const created = await create.run(newKey(form, Date.now()));
    if (created) onCreated(created);
  }

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Choices<KeyKind>
        legend="What is it for?"
        columns={3}
        choices={KINDS.map(({ kind, name, opens, goes }) => ({
          value: kind,
          name,
          means: opens,
          warning: goes,
        }))}
        value={form.kind}
        error={errors.kind}
        onChange={(kind) => change({ kind })}
      />
      <TextInput
        label="Name"
        description={
          form.kind === "admin"
            ? "The audit shows it as the one who made a change."
            : "The app that uses it, so that somebody knows what stops when it is revoked."
        }
        placeholder={form.kind === "admin" ? "Release pipeline" : "Web shop"}
        dir="auto"
        value={form.name}
        error={errors.name}
        data-autofocus
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      {form.kind === "admin" ? (
        <Choices
          legend="Role"
          columns={2}
          choices={ROLES.map(({ role, name, may }) => ({ value: role, name, means: may }))}
          value={form.role}
          error={errors.role}
          onChange={(role) => change({ role })}
        />
      ) : (
        <Select
          label="Environment"
          placeholder="Choose an environment"
          data={environments.map(({ key, name }) => ({ value: key, label: name }))}
          value={form.environment}
          error={errors.environment}
          leftSection={chosen && <EnvironmentBadge environment={chosen} square />}
          renderOption={({ option }) => {
            const offered = environments.find(({ key }) => key === option.value);
            return offered ? <EnvironmentBadge environment={offered} /> : option.label;
          }}
          onChange={(key) => change({ environment: key })}
        />
      )}
      <div className={classes.expiry}>
        <Select
          label="Expires"
          data={EXPIRIES.map(({ value, label }) => ({ value, label }))}
          value={form.expiry}
          error={form.expiry === "on" ? undefined : errors.expiry}
          onChange={(expiry) => change({ expiry: expiry as Expiry })}
        />
        {form.expiry === "on" && (
          <DateInput
            label="Last day"
            placeholder="2027-01-31"
            valueFormat="YYYY-MM-DD"
            minDate={new Date()}
            // Red is for killed alone.
            weekendDays={[]}
            // Escape closes the calendar, not the dialog.
            data-mantine-stop-propagation="true"
            value={form.day}
            error={errors.expiry}
            onChange={(day) => change({ day })}
          />
        )}
      </div>
      {create.failure && !refused && (
        <ErrorNote
          title={create.failure.code === "timeout" ? "The key may have been made." : "The key was not made."}
          failure={create.failure}
        />
      )}
      <div className={classes.buttons}>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="filled" loading={create.pending}>
          Create key
        </Button>
      </div>
    </form>
  );
}
