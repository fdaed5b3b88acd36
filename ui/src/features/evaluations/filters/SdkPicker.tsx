// Which SDK: chosen from those that called lately, by version or all versions of one, or by a part of the name.
import { useCommandQuery } from "@/api";
import { formatCount } from "@/components";
import type { SdkSeen } from "@/contract";
import { OptionPicker } from "./OptionPicker";
import { type SdkFilter, sdkChosen, sdkOptions } from "./options";

/** How far back is looked for them: longer costs more, and who was not here for a week is typed. */
const LATELY_MS = 7 * 24 * 60 * 60 * 1_000;
const HOUR_MS = 60 * 60 * 1_000;
const NONE: ReadonlyArray<SdkSeen> = [];

type Props = { environment: string | undefined; onChoose: (sdk: SdkFilter) => void };

export function SdkPicker({ environment, onChoose }: Props) {
  // To the hour, so that it is asked once.
  const since = Math.floor((Date.now() - LATELY_MS) / HOUR_MS) * HOUR_MS;
  const seen = useCommandQuery("evaluations_sdks", {
    ...(environment === undefined ? {} : { environment }),
    since: new Date(since).toISOString(),
  });
  return (
    <OptionPicker
      label="SDK"
      placeholder="Name or a part of it"
      optionsFor={(text) => sdkOptions(text, seen.data ?? NONE, formatCount)}
      loading={seen.isPending}
      none={
        seen.error
          ? `Those that called could not be read: ${seen.error.message} Type a part of the name.`
          : "No SDK called in the last 7 days. Type a part of its name."
      }
      onChoose={(id) => onChoose(sdkChosen(id))}
    />
  );
}
