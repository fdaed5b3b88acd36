// A moment of the past in words: what is known of it, what is not, and what is different now. Pure.

import { absoluteTime } from "@/components/format";
import type { Difference, EvaluationRow, JsonValue, Past, VersionMark, Why } from "@/contract";
import { bucketLabel, percentageLabel } from "../flag/model/percentage";
import { code, type Phrase, strong } from "../flag/model/phrase";
import { sameValue, valueLabel } from "../flag/model/value";

export type PastWhy = Why & { past: Past };

export type Knowledge = { known: boolean; phrase: Phrase };

/** How many differences are named in the line. */
const NAMED_DIFFERENCES = 2;

export function isPast(why: Why): why is PastWhy {
  return why.past !== null;
}

/** The moment that is explained: of the logged call, else the one asked for. */
export function explainedMoment({ past }: PastWhy): Date {
  return new Date(past.loggedExplained && past.logged ? past.logged.at : past.at);
}

/** What is known of that moment, and what is not. */
export function knowledge(why: PastWhy): Array<Knowledge> {
  const { past, trace } = why;
  const items: Array<Knowledge> = [{ known: true, phrase: versionWords(why) }];
  if (trace.bucket !== null)
    items.push({
      known: true,
      phrase: [
        "The bucket was ",
        strong(bucketLabel(trace.bucket)),
        ", as it always is for this customer and flag.",
      ],
    });
  items.push(loggedKnowledge(past));
  if (past.basis === "settings")
    items.push({
      known: true,
      phrase: ["No audience decided: whatever the customer's row was, this was served."],
    });
  else if (past.basis === "logged" && trace.rules.some(({ audienceMatched }) => audienceMatched !== null))
    items.push({
      known: true,
      phrase: ["Which audiences they were in follows from what was logged."],
    });
  items.push({ known: false, phrase: [rowOfThen(why)] });
  return items;
}

function versionWords(why: PastWhy): Phrase {
  const { version } = why.past;
  const mark = strong(`v${version.version}`);
  // Logs that were made up or brought from elsewhere may be older than the flag.
  return new Date(version.at) > explainedMoment(why)
    ? ["Version ", mark, " of the flag is what was served."]
    : ["Version ", mark, ` of the flag was in force, made ${madeWords(version)}.`];
}

function rowOfThen({ customer, unread, past }: PastWhy): string {
  if (unread !== null) return "What the customer's row held then is not kept, and today's cannot be read.";
  if (customer === null)
    return "Whether this id was in the customers table then is not kept. Today it is not.";
  return past.basis === "today"
    ? "What the customer's row held then is not kept. The answer goes by today's row, and may have been another."
    : "What the customer's row held then is not kept. The row shown is today's.";
}

function loggedKnowledge(past: Past): Knowledge {
  const { logged } = past;
  if (logged === null)
    return {
      known: false,
      phrase: ["The log has no call of this customer for this flag in this environment."],
    };
  const apart = Math.abs(new Date(logged.at).getTime() - new Date(past.at).getTime());
  const where =
    apart < 1_000
      ? ""
      : `, ${span(apart)} ${new Date(logged.at) < new Date(past.at) ? "before" : "after"} the moment you asked about`;
  const phrase: Phrase = [
    past.loggedExplained ? "Logged " : "The nearest logged call, ",
    past.loggedExplained ? "at " : "of ",
    strong(absoluteTime(new Date(logged.at))),
    ": ",
    code(valueLabel(logged.value, 40)),
    `, ${outcomeWords(logged)}, v${logged.flagVersion}${askedBy(logged)}${logged.stale ? ", by the audiences last known while the database was away" : ""}${where}.`,
    past.loggedExplained
      ? ""
      : apart < 1
        ? " It cannot have come of this version."
        : " It says nothing of that moment.",
  ];
  return { known: past.loggedExplained, phrase };
}

function askedBy({ sdk }: EvaluationRow): string {
  return sdk === "" ? "" : `, asked by ${sdk}`;
}

/** "rule 2", "no rule matched", "killed", "off". */
export function outcomeWords({ ruleIndex, reason, offBy, errorKind }: EvaluationRow): string {
  if (ruleIndex !== null) return `rule ${ruleIndex + 1}`;
  if (reason === "FALLTHROUGH") return "no rule matched";
  if (reason === "OFF") return offBy === "KILL_SWITCH" ? "killed" : "off";
  return errorKind === "AUDIENCE_UNAVAILABLE" ? "an audience could not be read" : "the evaluation failed";
}

/** "Since v31 (22 Nov 2026, 16:02:00 UTC, Ada: “ramp”) rule 2 is at 50 %, was 10 %. Now: `true`." */
export function differenceLine(why: PastWhy, environmentName: string): Phrase {
  const { differences, evaluationNow } = why.past;
  const now: Phrase = sameValue(evaluationNow.value, why.evaluation.value)
    ? ["Now they get ", code(valueLabel(evaluationNow.value, 40)), " as well."]
    : ["Now they get ", code(valueLabel(evaluationNow.value, 40)), "."];
  if (differences.length === 0) return unchangedLine(why, now);
  const relevant = [...differences].sort((one, other) => weight(one, why) - weight(other, why));
  const named = relevant.slice(0, NAMED_DIFFERENCES);
  const left = differences.length - named.length;
  return [
    ...named.flatMap(
      (difference): Phrase => [
        `Since ${sinceWords(difference)} `,
        ...differenceWords(difference, why, environmentName),
        ". ",
      ],
    ),
    left > 0 ? `${left} more ${left === 1 ? "thing" : "things"} changed. ` : "",
    ...now,
  ];
}

function unchangedLine(why: PastWhy, now: Phrase): Phrase {
  const { evaluationNow, basis, logged } = why.past;
  const same = sameValue(evaluationNow.value, why.evaluation.value);
  // The engine gives the same for the same: then it is the row, or the time that its tests go by.
  const byRow =
    !same && basis === "logged" && logged?.stale === false && evaluationNow.reason.kind !== "ERROR";
  return byRow
    ? ["Nothing of the flag has changed since; what is known of the customer has. ", ...now]
    : ["Nothing that decides has changed since. ", ...now];
}

/** What decided then, or decides now, comes first. */
function weight({ part, ruleId }: Difference, why: PastWhy): number {
  const deciders = [why.evaluation.reason, why.past.evaluationNow.reason].flatMap((reason) =>
    reason.kind === "RULE_MATCH" ? [reason.ruleId] : [],
  );
  if (part === "archived" || part === "active" || part === "environment") return 0;
  if (ruleId !== null && deciders.includes(ruleId)) return 1;
  return part === "order" ? 3 : 2;
}

function sinceWords({ part, since }: Difference): string {
  const what = part === "condition" ? `the audience's v${since.version}` : `v${since.version}`;
  return `${what} (${madeWords(since)})`;
}

function madeWords({ at, actor, note }: VersionMark): string {
  const by = note === "" ? actor : `${actor}: ${quoted(note)}`;
  return `${absoluteTime(new Date(at))}, ${by}`;
}

/** A note inside a sentence: on one line, cut, and without a full stop of its own. */
export function quoted(note: string): string {
  const line = note.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  return `“${line.length > 80 ? `${line.slice(0, 79)}…` : line}”`;
}

function differenceWords(difference: Difference, why: PastWhy, environmentName: string): Phrase {
  const { part, from, to } = difference;
  const rule = ruleWords(difference, why);
  switch (part) {
    case "archived":
      return ["it is ", strong(to === true ? "archived" : "not archived any more")];
    case "active":
      return ["it is ", strong(to === true ? "not killed any more" : "killed")];
    case "environment":
      return ["it is ", strong(to === true ? "on" : "off"), ` in ${environmentName}`];
    case "defaultValue":
      return ["the default is ", value(to), ", was ", value(from)];
    case "rule":
      return to === null ? [`${rule} is `, strong("gone")] : [`${rule} is `, strong("new")];
    case "percentage":
      return [`${rule} is at `, strong(percentage(to)), `, was ${percentage(from)}`];
    case "value":
      return [`${rule} serves `, value(to), ", was ", value(from)];
    case "audience":
      return [`${rule} asks for `, strong("another audience")];
    case "condition":
      return [`${rule}'s audience ${typeof to === "string" ? to : ""} `, strong("asks for something else")];
    case "order":
      return ["the rules are in ", strong("another order")];
  }
}

/** "rule 2" as it is now, "rule 2 of then" when it is gone. */
function ruleWords({ ruleId }: Difference, { flag, past }: PastWhy): string {
  const now = past.now.rules.findIndex(({ id }) => id === ruleId);
  if (now >= 0) return `rule ${now + 1}`;
  return `rule ${flag.rules.findIndex(({ id }) => id === ruleId) + 1} of then`;
}

function percentage(value: JsonValue): string {
  return percentageLabel(typeof value === "number" ? value : null);
}

const value = (of: JsonValue) => code(valueLabel(of, 40));

/** "49 s", "3 min", "2 h", "4 d". */
export function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
