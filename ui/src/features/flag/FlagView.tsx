// One flag on its page: head, environments, rules, history or code, and the bar that saves. Holds what the parts
// share: the draft, the counts, and which dialog is open.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { announce } from "@/app/announcements";
import { useWorkspace } from "@/app/workspace";
import { ErrorNote, RelativeTime, StateGlyph } from "@/components";
import type { Audience, Environment, Flag } from "@/contract";
import type { CommandFailure } from "@/platform";
import { ArchiveDialog } from "../flags/ArchiveDialog";
import { KillProof } from "../kill/KillProof";
import { targetOf } from "../kill/model/target";
import { RestoreDialog } from "../kill/RestoreDialog";
import { WhySheet } from "../why/WhySheet";
import { ConflictDialog } from "./ConflictDialog";
import { Code } from "./code/Code";
import { DetailsDialog } from "./DetailsDialog";
import { DraftBanner } from "./DraftBanner";
import { EnvironmentCards } from "./EnvironmentCards";
import { FlagEvaluations } from "./evaluations/FlagEvaluations";
import { FlagHeader } from "./FlagHeader";
import classes from "./FlagPage.module.css";
import { FlagTabs, tabNamed } from "./FlagTabs";
import { History } from "./history/History";
import { useImpact } from "./impact/use-impact";
import { KillDialog } from "./kill/KillDialog";
import type { Names } from "./model/changes";
import { isEmpty, withEdits } from "./model/draft";
import { valueLabel } from "./model/value";
import { RuleList } from "./rules/RuleList";
import { SaveBar } from "./save/SaveBar";
import { useSave } from "./save/use-save";
import { useFlagActions } from "./use-flag-actions";
import { useFlagDraft } from "./use-flag-draft";
import { useSwitches } from "./use-switches";

export type FlagDialog = "kill" | "restore" | "archive" | "name" | "tags" | "conflict" | "why";

type Props = {
  flag: Flag;
  audiences: ReadonlyArray<Audience>;
  audiencesFailure: CommandFailure | null;
  environments: ReadonlyArray<Environment>;
};

export function FlagView({ flag, audiences, audiencesFailure, environments }: Props) {
  const search = useSearch({ from: "/flags/$key" });
  const navigate = useNavigate({ from: "/flags/$key" });
  const { actor } = useWorkspace();
  const tab = tabNamed(search.tab);
  const onRules = tab === "rules";
  const [opened, setOpened] = useState<FlagDialog | null>(null);
  // A link from the list or the palette may ask for a dialog; it opens nothing twice.
  const asked = search.dialog === "kill" || search.dialog === "restore" || search.dialog === "archive";
  const dialog = opened ?? (asked ? (search.dialog as FlagDialog) : null);
  const close = () => {
    setOpened(null);
    if (search.dialog) void navigate({ search: onRules ? {} : { tab }, replace: true });
  };
  const done = (text: string) => {
    close();
    announce({ text });
  };

  const names: Names = useMemo(
    () => ({
      audience: (id) => audiences.find((one) => one.id === id)?.name ?? "an audience that is gone",
      environment: (key) => environments.find((one) => one.key === key)?.name ?? key,
    }),
    [audiences, environments],
  );

  const flagDraft = useFlagDraft(flag, actor);
  const save = useSave(flag, flagDraft, () => setOpened("conflict"));
  const switches = useSwitches(flag);
  const { draft } = flagDraft;
  const edited = !isEmpty(draft);
  const impact = useImpact(flag, withEdits(draft.base, draft.edits), onRules);
  const archived = flag.archivedAt !== null;
  const { menu, unarchive } = useFlagActions({
    flag,
    environments,
    flagDraft,
    save,
    switches,
    open: setOpened,
  });

  return (
    <div className={classes.page}>
      <div className={classes.scroll}>
        <div className={classes.head}>
          <FlagHeader
            flag={flag}
            menu={menu}
            onKill={() => setOpened("kill")}
            onRestore={() => setOpened("restore")}
            onUnarchive={unarchive}
          />
          {archived && (
            <p className={classes.archived}>
              Archived: apps do not find it and use their own fallback. Unarchive it to change it.
            </p>
          )}
          {!flag.isActive && !archived && (
            <p className={classes.killed}>
              <StateGlyph state="killed" label="" />
              <span>
                Killed{flag.killedBy ? ` by ${flag.killedBy}` : ""}{" "}
                {flag.killedAt && <RelativeTime at={flag.killedAt} focusable />}. Everyone gets{" "}
                <code>{valueLabel(flag.defaultValue)}</code> in every environment until it is restored.
              </span>
            </p>
          )}
          {!flag.isActive && !archived && <KillProof flag={flag} />}
          <DraftBanner flag={flag} flagDraft={flagDraft} onResolve={() => setOpened("conflict")} />
          <EnvironmentCards flag={flag} environments={environments} switches={switches} />
          {audiencesFailure && (
            <ErrorNote title="The audiences could not be loaded." failure={audiencesFailure} />
          )}
        </div>
        <FlagTabs flag={flag} tab={tab} onWhy={() => setOpened("why")} />
        <div className={classes.content}>
          {onRules ? (
            <RuleList
              flag={flag}
              flagDraft={flagDraft}
              audiences={audiences}
              names={names}
              errors={save.errors}
              impact={impact}
              disabled={archived}
            />
          ) : tab === "evaluations" ? (
            <FlagEvaluations flag={flag} />
          ) : tab === "history" ? (
            <History flag={flag} names={names} environments={environments} />
          ) : (
            <Code flag={flag} />
          )}
        </div>
      </div>
      {(onRules || edited) && <SaveBar {...{ flag, flagDraft, save, environments, names, impact }} />}
      {dialog === "kill" && !archived && (
        <KillDialog target={targetOf(flag)} environments={environments} onClose={close} onDone={done} />
      )}
      {dialog === "restore" && !archived && (
        <RestoreDialog target={targetOf(flag)} onClose={close} onDone={done} />
      )}
      {dialog === "archive" && !archived && (
        <ArchiveDialog
          flag={flag}
          environments={environments}
          onCancel={close}
          onDone={() => done(`${flag.key} is archived.`)}
        />
      )}
      {(dialog === "name" || dialog === "tags") && (
        <DetailsDialog flag={flag} focus={dialog} onClose={close} />
      )}
      {dialog === "why" && <WhySheet flagKey={flag.key} edited={edited} onClose={close} />}
      {dialog === "conflict" && flagDraft.asked.length > 0 && (
        <ConflictDialog
          flag={flag}
          draft={draft}
          asked={flagDraft.asked}
          names={names}
          onClose={close}
          onResolve={(choices) => {
            flagDraft.resolve(choices);
            close();
          }}
        />
      )}
    </div>
  );
}
