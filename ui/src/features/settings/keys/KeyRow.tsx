// One key: kind, name and prefix, when it was last used, whether it still opens something, and its menu.
import { IconBan, IconRotate2 } from "@tabler/icons-react";
import { MenuButton, RelativeTime, StateGlyph } from "@/components";
import type { SdkKey } from "@/contract";
import classes from "./Keys.module.css";
import { isLive, type KeyState, keyState, kindOf, roleName } from "./model";

type Props = {
  sdkKey: SdkKey;
  now: number;
  disabled: boolean;
  onRotate: () => void;
  onRevoke: () => void;
};

export function KeyRow({ sdkKey, now, disabled, onRotate, onRevoke }: Props) {
  const { kind, name, prefix, role, createdAt, lastUsedAt } = sdkKey;
  const state = keyState(sdkKey, now);
  const live = isLive(sdkKey, now);
  return (
    <li className={classes.row} data-live={live}>
      <span className={classes.kind} data-kind={kind}>
        {kindOf(kind).name}
      </span>
      <span className={classes.named}>
        <span className={classes.name} title={name} dir="auto">
          {name}
        </span>
        <span className={classes.prefix}>
          <code>{prefix}</code>
          {role && <span> · {roleName(role).toLowerCase()}</span>}
        </span>
      </span>
      <span className={classes.times}>
        <span>
          {lastUsedAt ? (
            <>
              Used <RelativeTime at={lastUsedAt} focusable />
            </>
          ) : (
            "Never used"
          )}
        </span>
        <span className={classes.quiet}>
          Created <RelativeTime at={createdAt} focusable />
        </span>
      </span>
      <span className={classes.state} data-state={state}>
        <StateGlyph state={GLYPHS[state]} label="" />
        <span>
          <State sdkKey={sdkKey} state={state} />
        </span>
      </span>
      {live ? (
        <MenuButton
          label={`Actions for ${name}`}
          entries={[
            {
              label: "Rotate…",
              icon: <IconRotate2 size={16} stroke={1.75} />,
              disabled,
              run: onRotate,
            },
            "divider",
            { label: "Revoke…", icon: <IconBan size={16} stroke={1.75} />, disabled, run: onRevoke },
          ]}
        />
      ) : (
        <span />
      )}
    </li>
  );
}

const GLYPHS: Record<KeyState, "serving" | "warning" | "off"> = {
  live: "serving",
  ending: "warning",
  expired: "off",
  revoked: "off",
};

function State({ sdkKey, state }: { sdkKey: SdkKey; state: KeyState }) {
  const { expiresAt, revokedAt } = sdkKey;
  if (state === "revoked" && revokedAt) {
    return (
      <>
        Revoked <RelativeTime at={revokedAt} focusable />
      </>
    );
  }
  if (!expiresAt) return <>Live</>;
  return (
    <>
      {state === "expired" ? "Expired" : state === "ending" ? "Expires" : "Live, expires"}{" "}
      <RelativeTime at={expiresAt} focusable />
    </>
  );
}
