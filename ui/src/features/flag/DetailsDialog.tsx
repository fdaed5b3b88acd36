// Name, description and tags of a flag; saved at once, for they change nothing that customers get.
import { Button, Modal, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCommandQuery } from "@/api";
import { useNotedMutation } from "@/app/noted";
import { ErrorNote } from "@/components";
import type { Flag, FlagChanges } from "@/contract";
import classes from "./DetailsDialog.module.css";
import { sameValue } from "./model/value";
import { fieldErrors } from "./model/violations";

type Props = { flag: Flag; focus: "name" | "tags"; onClose: () => void };

export function DetailsDialog({ flag, focus, onClose }: Props) {
  const [name, setName] = useState(flag.name);
  const [description, setDescription] = useState(flag.description);
  const [tags, setTags] = useState(flag.tags);
  const [search, setSearch] = useState("");
  const update = useNotedMutation("flag_update");
  const known = useCommandQuery("flags_list", { archived: false }).data?.flags ?? [];
  const knownTags = [...new Set(known.flatMap((each) => each.tags))].sort();
  const errors = fieldErrors(update.error?.violations ?? [], []);

  function save() {
    // A tag that was typed and not closed with Enter is meant all the same.
    const allTags = search.trim() === "" ? tags : [...tags, search.trim()];
    const changes: FlagChanges = {
      ...(name.trim() === flag.name ? {} : { name: name.trim() }),
      ...(description === flag.description ? {} : { description }),
      ...(sameValue(allTags, flag.tags) ? {} : { tags: allTags }),
    };
    if (Object.keys(changes).length === 0) return onClose();
    update.mutate({ flag: flag.id, baseVersion: flag.version, changes }, { onSuccess: onClose });
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={`Details of ${flag.key}`}
      size={480}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextInput
          label="Name"
          value={name}
          error={errors.fields.get("name")}
          data-autofocus={focus === "name" || undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          value={description}
          error={errors.fields.get("description")}
          autosize
          minRows={2}
          maxRows={8}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <TagsInput
          label="Tags"
          placeholder={tags.length === 0 ? "Add a tag" : ""}
          value={tags}
          data={knownTags}
          searchValue={search}
          onSearchChange={setSearch}
          error={errors.fields.get("tags")}
          data-autofocus={focus === "tags" || undefined}
          onChange={setTags}
        />
        {update.error && update.error.violations.length === 0 && (
          <ErrorNote title="Not saved. What you typed is kept." failure={update.error} />
        )}
        <div className={classes.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={update.isPending}>
            Save details
          </Button>
        </div>
      </form>
    </Modal>
  );
}
