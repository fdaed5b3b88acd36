// An evaluation's reason and source in words. Pure.
import type { EvaluationRow } from "@/contract";

type Reasoned = Pick<EvaluationRow, "reason" | "offBy" | "ruleIndex" | "stale">;

/** "rule 2", "no rule matched", "killed", "off in Production"; `environment` is its name. */
export function reasonWords({ reason, offBy, ruleIndex }: Reasoned, environment: string): string {
  switch (reason) {
    case "RULE_MATCH":
      return ruleIndex === null ? "a rule matched" : `rule ${ruleIndex + 1}`;
    case "FALLTHROUGH":
      return "no rule matched";
    case "OFF":
      return offBy === "KILL_SWITCH" ? "killed" : `off in ${environment}`;
    case "ERROR":
      return "error: membership unknown";
    default:
      return reason.toLowerCase();
  }
}

const SOURCES: Record<string, string> = {
  evaluate: "evaluate",
  evaluate_all: "evaluate all",
  launchdarkly: "LaunchDarkly",
  ofrep: "OFREP",
  ofrep_all: "OFREP, all",
};

export function sourceWords(source: string): string {
  return SOURCES[source] ?? source;
}

/** Whether the default value was served: no rule's value. */
export function servedDefault({ reason }: Pick<Reasoned, "reason">): boolean {
  return reason !== "RULE_MATCH";
}
