// SDK keys: what opens the evaluation server, environment by environment. A key itself is seen once, when it is made.
import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useCommandQuery, useDatabaseGone } from "@/api";
import { useActions } from "@/app/actions";
import { DenialNote } from "@/app/DenialNote";
import { useDenied } from "@/app/rights";
import { EmptyState, ErrorNote, SkeletonRows, useNow } from "@/components";
import type { Environment, SdkKey } from "@/contract";
import { Section } from "../Section";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { KeyGroupList } from "./KeyGroupList";
import { keyGroups } from "./model";
import { RevokeKeyDialog } from "./RevokeKeyDialog";
import { RotateKeyDialog } from "./RotateKeyDialog";

const NO_KEYS: ReadonlyArray<SdkKey> = [];
const NO_ENVIRONMENTS: ReadonlyArray<Environment> = [];
/** Servers report a use every few seconds. */
const LOOK_AGAIN_MS = 5_000;

type Asking = { about: "making"; environment?: string } | { about: "rotating" | "revoking"; key: SdkKey };

export function KeysSection() {
  const list = useCommandQuery("sdk_keys_list", {}, { refetchInterval: LOOK_AGAIN_MS });
  const environments = useCommandQuery("environments_list", {}).data ?? NO_ENVIRONMENTS;
  const gone = useDatabaseGone();
  const frozen = useDenied("editKeys") !== null || gone;
  const now = useNow();
  const [asking, setAsking] = useState<Asking | null>(null);
  const create = () => setAsking({ about: "making" });
  const close = () => setAsking(null);
  useActions([
    { id: "new-sdk-key", label: "New SDK key…", keywords: "create api token", disabled: frozen, run: create },
  ]);

  const keys = list.data ?? NO_KEYS;
  const button = (
    <Button leftSection={<IconPlus size={16} stroke={1.75} />} disabled={frozen} onClick={create}>
      New key
    </Button>
  );
  return (
    <Section
      title="SDK keys"
      lead="Apps open the evaluation server with them. Of one kind an environment has two live keys at most, so that one can take the other's place."
      actions={list.data && list.data.length > 0 && button}
    >
      <DenialNote right="editKeys" />
      {list.error && !list.data && (
        <ErrorNote
          title="The keys could not be read."
          failure={list.error}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.isPending && <SkeletonRows rows={4} label="Loading the keys" />}
      {list.data?.length === 0 && (
        <EmptyState title="No keys yet" icon={<IconKey size={28} stroke={1.5} />} actions={button}>
          An app needs one to ask for its flags: a server key in a back end, a client key in a page or a
          mobile app.
        </EmptyState>
      )}
      {list.data &&
        list.data.length > 0 &&
        keyGroups(keys, environments, now).map((group) => (
          <KeyGroupList
            key={group.id}
            group={group}
            now={now}
            disabled={frozen}
            onCreate={() => setAsking({ about: "making", environment: group.id })}
            onRotate={(key) => setAsking({ about: "rotating", key })}
            onRevoke={(key) => setAsking({ about: "revoking", key })}
          />
        ))}
      {asking?.about === "making" && (
        <CreateKeyDialog
          keys={keys}
          environments={environments}
          environment={asking.environment}
          onClose={close}
        />
      )}
      {asking?.about === "rotating" && (
        <RotateKeyDialog sdkKey={asking.key} keys={keys} environments={environments} onClose={close} />
      )}
      {asking?.about === "revoking" && (
        <RevokeKeyDialog sdkKey={asking.key} environments={environments} onClose={close} />
      )}
    </Section>
  );
}
