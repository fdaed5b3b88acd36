// What a person likes on this computer: light or dark, and whether single keys do things.
import { Checkbox, type MantineColorScheme, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { usePreferences } from "@/app/preferences";
import { Kbd } from "@/components";
import classes from "./AppearanceSection.module.css";
import { Section } from "./Section";

const THEMES: ReadonlyArray<{ value: MantineColorScheme; label: string }> = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
];

export function AppearanceSection() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [{ singleKeyShortcuts }, prefer] = usePreferences();
  return (
    <Section title="Appearance" lead="On this computer only, whatever workspace is open.">
      <div>
        <div className={classes.setting}>
          <div>
            <p className={classes.name}>Theme</p>
            <p className={classes.hint}>
              System follows the computer. <Kbd shortcut="mod+Shift+L" /> switches between light and dark.
            </p>
          </div>
          <SegmentedControl
            aria-label="Theme"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as MantineColorScheme)}
            data={[...THEMES]}
          />
        </div>
        <div className={classes.setting}>
          <div>
            <p className={classes.name}>Shortcuts of one key</p>
            <p className={classes.hint}>
              <Kbd shortcut="/" /> filters a list, <Kbd shortcut="N" /> makes a flag, <Kbd shortcut="W" />{" "}
              asks why, <Kbd shortcut="R" /> shows the newest evaluations. They rest while you type. Turn them
              off if you speak to your computer.
            </p>
          </div>
          <Checkbox
            aria-label="Shortcuts of one key"
            checked={singleKeyShortcuts}
            onChange={(event) => prefer({ singleKeyShortcuts: event.currentTarget.checked })}
          />
        </div>
      </div>
    </Section>
  );
}
