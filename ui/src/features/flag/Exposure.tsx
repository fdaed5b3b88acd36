// What customers get once a flag's rules serve, as a sentence: before switching on and before restoring.
import { formatCounted, formatDuration } from "@/components";
import type { Flag } from "@/contract";
import { exposure } from "./model/reach";
import { Phrase } from "./Phrase";
import { useReach } from "./use-reach";

/** `where`: names of the environments; "" when it is on in none. */
export function Exposure({ flag, where }: { flag: Flag; where: string }) {
  const { count, failure } = useReach(flag);
  if (where === "")
    return <p>It is off in every environment: everyone keeps the default until it is switched on.</p>;
  return (
    <>
      <p>
        In {where}:{" "}
        {failure ? (
          `how many customers get what could not be counted. ${failure.message}`
        ) : count ? (
          <Phrase of={exposure(count, flag.defaultValue)} />
        ) : (
          "counting the customers…"
        )}
      </p>
      {count && (
        <p className="faint">
          Counted over {formatCounted(count.customers, "customer")} in {formatDuration(count.durationMs)}.
          Visitors outside the table are not counted.
        </p>
      )}
    </>
  );
}
