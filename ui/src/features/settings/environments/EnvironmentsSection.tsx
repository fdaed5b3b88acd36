// The environments: their order in every list, names, colours, and which of them are production.
import { DragDropProvider } from "@dnd-kit/react";
import { isSortable } from "@dnd-kit/react/sortable";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { flushSync } from "react-dom";
import { useCommandQuery, useDatabaseGone } from "@/api";
import { useActions } from "@/app/actions";
import { DenialNote } from "@/app/DenialNote";
import { useDenied } from "@/app/rights";
import { ErrorNote, SkeletonRows } from "@/components";
import type { Environment } from "@/contract";
import { flagsOn, moved } from "../model/environments";
import { Section } from "../Section";
import { DeleteEnvironmentDialog } from "./DeleteEnvironmentDialog";
import { EnvironmentDialog } from "./EnvironmentDialog";
import { EnvironmentRow } from "./EnvironmentRow";
import classes from "./Environments.module.css";
import { NoteRequiredDialog } from "./NoteRequiredDialog";
import { ProductionDialog } from "./ProductionDialog";
import { useOrder } from "./use-order";

const NONE: ReadonlyArray<Environment> = [];

type Asking =
  | { about: "making" }
  | { about: "editing" | "production" | "note" | "deleting"; environment: Environment };

export function EnvironmentsSection() {
  const list = useCommandQuery("environments_list", {});
  const flags = useCommandQuery("flags_list", { archived: false }).data?.flags;
  const { environments, setOrder, failure } = useOrder(list.data ?? NONE);
  const gone = useDatabaseGone();
  const frozen = useDenied("editEnvironments") !== null || gone;
  const [asking, setAsking] = useState<Asking | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const create = () => setAsking({ about: "making" });
  useActions([
    {
      id: "new-environment",
      label: "New environment…",
      keywords: "create add",
      disabled: frozen,
      run: create,
    },
  ]);

  function move(from: number, to: number) {
    const focused = document.activeElement;
    flushSync(() =>
      setOrder(
        moved(
          environments.map(({ key }) => key),
          from,
          to,
        ),
      ),
    );
    // Moving a row in the page drops the focus inside it.
    if (focused instanceof HTMLElement && document.activeElement !== focused) focused.focus();
    setAnnouncement(`${environments[from]?.name} is now ${to + 1} of ${environments.length}.`);
  }

  const close = () => setAsking(null);
  return (
    <Section
      title="Environments"
      lead="Each flag is on or off in each of them. Lists show them in this order; the first production one is where pages start."
      actions={
        <Button leftSection={<IconPlus size={16} stroke={1.75} />} disabled={frozen} onClick={create}>
          New environment
        </Button>
      }
    >
      <DenialNote right="editEnvironments" />
      {list.error && !list.data && (
        <ErrorNote
          title="The environments could not be loaded."
          failure={list.error}
          onRetry={() => void list.refetch()}
        />
      )}
      {failure && <ErrorNote title="The order was not saved." failure={failure} />}
      {list.isPending && <SkeletonRows rows={3} label="Loading the environments" />}
      <DragDropProvider
        onDragEnd={(event) => {
          const { source } = event.operation;
          if (event.canceled || !isSortable(source)) return;
          const { initialIndex, index } = source;
          if (initialIndex !== index) move(initialIndex, index);
        }}
      >
        <ol className={classes.list} aria-label="Environments">
          {environments.map((environment, index) => (
            <EnvironmentRow
              key={environment.key}
              environment={environment}
              index={index}
              total={environments.length}
              flagsOn={flags && flagsOn(flags, environment.key).length}
              disabled={frozen}
              onMove={(to) => move(index, to)}
              onEdit={() => setAsking({ about: "editing", environment })}
              onProduction={() => setAsking({ about: "production", environment })}
              onNoteRequired={() => setAsking({ about: "note", environment })}
              onDelete={() => setAsking({ about: "deleting", environment })}
            />
          ))}
        </ol>
      </DragDropProvider>
      <p className={classes.guard}>
        Where a note is required, the database refuses to change what is live there until somebody says why.
        That holds for everybody, also outside this app. Killing, restoring and switching off never wait:
        without a note they are left to review under Audit.
      </p>
      <div className="hidden" aria-live="polite">
        {announcement}
      </div>
      {asking?.about === "making" && <EnvironmentDialog environments={environments} onClose={close} />}
      {asking?.about === "editing" && (
        <EnvironmentDialog environments={environments} environment={asking.environment} onClose={close} />
      )}
      {asking?.about === "production" && (
        <ProductionDialog environment={asking.environment} environments={environments} onClose={close} />
      )}
      {asking?.about === "note" && <NoteRequiredDialog environment={asking.environment} onClose={close} />}
      {asking?.about === "deleting" && (
        <DeleteEnvironmentDialog environment={asking.environment} onClose={close} />
      )}
    </Section>
  );
}
