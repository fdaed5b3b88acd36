// What a person chose for this computer.
import { useStored } from "./stored";

export type Preferences = {
  /** Shortcuts of one key, such as `/`; those with Ctrl or ⌘ always work. */
  singleKeyShortcuts: boolean;
};
const DEFAULTS: Preferences = { singleKeyShortcuts: true };

export function usePreferences(): [Preferences, (changes: Partial<Preferences>) => void] {
  const [stored, store] = useStored<Preferences>("halyard.preferences", DEFAULTS);
  const preferences = { ...DEFAULTS, ...stored };
  return [preferences, (changes) => store({ ...preferences, ...changes })];
}
