// What the list shows of each flag.
import {
  type Column,
  DistributionBar,
  EnvironmentBadge,
  KeyText,
  MenuButton,
  type MenuEntry,
  RelativeTime,
  StateGlyph,
  Switch,
} from "@/components";
import type { Environment, FlagSummary, FlagsReach, FlagUsageBrief } from "@/contract";
import classes from "./FlagsPage.module.css";
import { FlagTypeLabel } from "./FlagTypeLabel";
import { flagState } from "./model";
import { rollout } from "./rollout";
import { UsageCell } from "./UsageCell";

export type ColumnInputs = {
  environments: ReadonlyArray<Environment>;
  current: Environment | undefined;
  reach: FlagsReach | undefined;
  /** How often each was evaluated, by id; undefined until that is known. */
  usage: ReadonlyMap<string, FlagUsageBrief> | undefined;
  drafted: ReadonlySet<string>;
  /** `flag id/environment` whose switch is on its way. */
  switching: string | null;
  /** Nothing can be changed now. */
  frozen: boolean;
  /** Why the person may not switch; null: they may. */
  noSwitch: string | null;
  onSwitch: (flag: FlagSummary, environment: Environment, enabled: boolean) => void;
  menu: (flag: FlagSummary) => ReadonlyArray<MenuEntry>;
  /** Ids. */
  chosen: ReadonlySet<string>;
  /** `through`: all from the last one that was turned over. */
  onChoose: (flag: FlagSummary, through: boolean) => void;
  /** All that are listed, or none. */
  allChosen: boolean;
  onChooseAll: () => void;
};

export function flagColumns(inputs: ColumnInputs): ReadonlyArray<Column<FlagSummary>> {
  const { environments, current, reach, drafted, switching, frozen, noSwitch, onSwitch, menu } = inputs;
  const { chosen, onChoose, allChosen, onChooseAll } = inputs;
  return [
    {
      id: "choose",
      label: "Choose",
      header: (
        <input
          type="checkbox"
          className={classes.choose}
          aria-label="Choose all listed flags"
          checked={allChosen}
          onChange={onChooseAll}
        />
      ),
      width: "30px",
      cell: (flag, { tabIndex }) => (
        <input
          type="checkbox"
          className={classes.choose}
          aria-label={`Choose ${flag.key}`}
          checked={chosen.has(flag.id)}
          tabIndex={tabIndex}
          onChange={() => {}}
          onClick={(event) => {
            event.stopPropagation();
            onChoose(flag, event.shiftKey);
          }}
        />
      ),
    },
    {
      id: "state",
      label: "State",
      header: "",
      width: "30px",
      cell: (flag) => {
        if (flag.archivedAt !== null) return <StateGlyph state="off" label="Archived" />;
        return <StateGlyph state={flagState(flag, current?.key ?? "")} />;
      },
    },
    {
      id: "flag",
      label: "Flag",
      width: "minmax(200px, 1fr)",
      sortable: true,
      cell: (flag) => (
        <>
          <KeyText text={flag.key} />
          {drafted.has(flag.id) && (
            <span className={classes.draft} role="img" aria-label="Unsaved draft" title="Unsaved draft" />
          )}
          <span className={classes.name} title={flag.name}>
            {flag.name}
          </span>
        </>
      ),
    },
    {
      id: "type",
      label: "Type",
      width: "92px",
      sortable: true,
      cell: ({ type }) => <FlagTypeLabel type={type} />,
    },
    ...environments.map(
      (environment): Column<FlagSummary> => ({
        id: `environment ${environment.key}`,
        label: environment.name,
        header: <EnvironmentBadge environment={environment} square />,
        width: "44px",
        align: "center",
        cell: (flag, { tabIndex }) => (
          <Switch
            checked={flag.environments[environment.key] === true}
            label={`${flag.key} in ${environment.name}`}
            title={frozen ? "The database cannot be reached" : (noSwitch ?? environment.name)}
            dimmed={!flag.isActive}
            disabled={frozen || noSwitch !== null || flag.archivedAt !== null}
            busy={switching === `${flag.id}/${environment.key}`}
            tabIndex={tabIndex}
            onChange={(enabled) => onSwitch(flag, environment, enabled)}
          />
        ),
      }),
    ),
    {
      id: "rollout",
      label: current ? `Who gets what, ${current.name}` : "Who gets what",
      width: "minmax(180px, 240px)",
      cell: (flag) => {
        if (!current) return null;
        if (flag.archivedAt !== null) return <span className={classes.caption}>archived · not found</span>;
        const { shares, caption, tone } = rollout(flag, current, reach);
        return (
          <>
            <span className={classes.bar}>
              <DistributionBar shares={shares} dimmed={reach?.state === "counting"} />
            </span>
            <span className={classes.caption} data-tone={tone} title={caption}>
              {caption}
            </span>
          </>
        );
      },
    },
    {
      id: "usage",
      label: "Evaluated, last 24 h",
      header: "24 h",
      width: "var(--usage-column)",
      cell: (flag) => {
        const known = inputs.usage;
        return known && <UsageCell usage={known.get(flag.id)} killed={!flag.isActive} />;
      },
    },
    {
      id: "changed",
      label: "Changed",
      width: "var(--changed-column)",
      align: "end",
      sortable: true,
      cell: (flag) => (
        <span className={classes.changed}>
          <span className={classes.person} title={flag.killedBy ?? flag.updatedBy}>
            {flag.killedBy ?? flag.updatedBy}
          </span>
          <RelativeTime at={flag.archivedAt ?? flag.killedAt ?? flag.updatedAt} />
        </span>
      ),
    },
    {
      id: "menu",
      label: "Actions",
      header: "",
      width: "44px",
      align: "end",
      cell: (flag, { tabIndex }) => (
        <MenuButton label={`Actions for ${flag.key}`} entries={menu(flag)} tabIndex={tabIndex} />
      ),
    },
  ];
}
