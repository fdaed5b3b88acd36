// The head of a flag's page: key, type, state, version, what it is for, and Kill or Restore, which say
// what they will do.
import { Button } from "@mantine/core";
import { IconArchiveOff, IconArrowBackUp, IconPower } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useGate } from "@/app/rights";
import { CopyButton, MenuButton, type MenuEntry, StateGlyph, splitForMiddle } from "@/components";
import type { Flag } from "@/contract";
import { killedValue, killTurnsOn, restoreLabel, targetOf } from "../kill/model/target";
import { Description } from "./Description";
import classes from "./FlagHeader.module.css";

type Props = {
  flag: Flag;
  menu: ReadonlyArray<MenuEntry>;
  onKill: () => void;
  onRestore: () => void;
  onUnarchive: () => void;
};

export function FlagHeader({ flag, menu, onKill, onRestore, onUnarchive }: Props) {
  // Keys differ at both ends: the middle gives way.
  const [head, tail] = splitForMiddle(flag.key);
  return (
    <header>
      <div className={classes.top}>
        <Link to="/flags" className={classes.up}>
          Flags /
        </Link>
        <h1 className={classes.key} title={flag.key} data-selectable>
          <span className={classes.keyHead}>{head}</span>
          {tail}
        </h1>
        <CopyButton text={flag.key} what="key" />
        <span className={classes.tag}>{flag.type}</span>
        <StateTag flag={flag} />
        <span className={classes.tag}>v{flag.version}</span>
        {flag.clientVisible && <span className={classes.tag}>visible to clients</span>}
        {flag.permanent && <span className={classes.tag}>permanent</span>}
        <span className={classes.space} />
        <MenuButton label={`Actions for ${flag.key}`} entries={menu} />
        <MainAction {...{ flag, onKill, onRestore, onUnarchive }} />
      </div>
      <Description flag={flag} />
      {flag.tags.length > 0 && (
        <ul className={classes.tags} aria-label="Tags">
          {flag.tags.map((tag) => (
            <li key={tag} className={classes.tag}>
              {tag}
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

function MainAction({ flag, onKill, onRestore, onUnarchive }: Omit<Props, "menu">) {
  const killGate = useGate("kill");
  const editGate = useGate("editFlags");
  if (flag.archivedAt) {
    return (
      <Button leftSection={<IconArchiveOff size={16} stroke={1.75} />} onClick={onUnarchive} {...editGate}>
        Unarchive
      </Button>
    );
  }
  if (!flag.isActive) {
    return (
      <button type="button" className={classes.restore} onClick={onRestore} {...killGate}>
        <IconArrowBackUp size={16} stroke={1.75} aria-hidden /> {restoreLabel(flag.rules.length)}
      </button>
    );
  }
  const target = targetOf(flag);
  const value = killedValue(target);
  return (
    <button
      type="button"
      className={classes.kill}
      data-tone={killTurnsOn(target) ? "warning" : "kill"}
      aria-label={`Kill ${flag.key}: everyone gets ${value}`}
      onClick={onKill}
      {...killGate}
    >
      <IconPower size={16} stroke={1.75} aria-hidden /> <strong>Kill</strong> · everyone gets{" "}
      <span className={classes.value}>{value}</span>
    </button>
  );
}

function StateTag({ flag }: { flag: Flag }) {
  const on = Object.values(flag.environments).some(Boolean);
  if (flag.archivedAt) return <span className={classes.tag}>archived</span>;
  if (!flag.isActive) {
    return (
      <span className={classes.tag} data-state="killed">
        <StateGlyph state="killed" label="" size={12} /> killed
      </span>
    );
  }
  if (!on) {
    return (
      <span className={classes.tag}>
        <StateGlyph state="off" label="" size={12} /> off
      </span>
    );
  }
  return (
    <span className={classes.tag} data-state="serving">
      <StateGlyph state="serving" label="" size={12} />{" "}
      {flag.rules.length > 0 ? "serving rules" : "serving the default"}
    </span>
  );
}
