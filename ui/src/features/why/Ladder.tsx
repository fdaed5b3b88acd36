// The steps of an evaluation in their order: switches, each rule with what it compared, and the default.
import {
  IconArchive,
  IconArrowBackUp,
  IconCheck,
  IconKey,
  IconMinus,
  IconPower,
  IconQuestionMark,
  IconX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { absoluteTime, StateGlyph, ValueChip } from "@/components";
import type { Environment, Why } from "@/contract";
import { bucketLabel, percentageLabel } from "../flag/model/percentage";
import { valueLabel } from "../flag/model/value";
import { BucketScale } from "./BucketScale";
import { ConditionRows } from "./ConditionRows";
import { type ExplainedRule, explainedRules, switchedBy } from "./explanation";
import classes from "./Ladder.module.css";
import { shortDay } from "./moment";
import { isPast, quoted } from "./past";
import { audienceName } from "./reasons";

type Props = { why: Why; environment: Environment; now: Date };

export function Ladder({ why, environment, now }: Props) {
  const rules = explainedRules(why);
  const { reason } = why.evaluation;
  // The rule that nothing can be said of was come to, and stopped it.
  const stopped = reason.kind === "ERROR" && reason.errorKind === "AUDIENCE_UNAVAILABLE" ? 1 : 0;
  const decided = rules.filter(({ trace }) => trace.outcome !== "not_reached").length;
  const reached = rules.slice(0, decided + stopped);
  const unreached = rules.slice(decided + stopped);
  const notFound = reason.kind === "ERROR" && reason.errorKind === "FLAG_NOT_FOUND";
  const fallsToDefault = reason.kind !== "RULE_MATCH" && !notFound;
  return (
    <ol className={classes.ladder} aria-label="Steps">
      <Switches why={why} environment={environment} />
      {!why.flag.clientVisible && why.flag.archivedAt === null && (
        <Step
          icon={<IconKey size={16} stroke={1.75} className={classes.quiet} />}
          title={
            <>
              <strong>Client keys</strong> cannot see this flag: with one, the app's own fallback is used
            </>
          }
          outcome="server keys only"
        />
      )}
      {reached.map((each) => (
        <RuleStep key={each.rule.id} each={each} why={why} now={now} />
      ))}
      {unreached.length > 0 && (
        <Step
          icon={<IconMinus size={16} stroke={2} className={classes.quiet} />}
          title={unreachedTitle(unreached)}
          outcome="not reached"
        />
      )}
      <Step
        icon={<IconArrowBackUp size={16} stroke={1.75} className={classes.quiet} />}
        title={
          <>
            <strong>Otherwise</strong> → <code>{valueLabel(why.flag.defaultValue, 48)}</code>
          </>
        }
        outcome={fallsToDefault ? <Served /> : "not reached"}
      />
    </ol>
  );
}

function unreachedTitle(unreached: ReadonlyArray<ExplainedRule>): ReactNode {
  const first = unreached[0]?.number;
  const last = unreached[unreached.length - 1]?.number;
  return (
    <strong className={classes.quiet}>
      {first === last ? `Rule ${first}` : `Rules ${first} ${unreached.length === 2 ? "and" : "to"} ${last}`}
    </strong>
  );
}

/** Since when the switches are as they are, and by whom. */
function Since({ why }: { why: Why }) {
  const switched = switchedBy(why);
  if (switched === null) return null;
  const at = new Date(switched.at);
  const note = switched.note === "" ? "" : `: ${quoted(switched.note)}`;
  return (
    <span title={`v${switched.version}, ${absoluteTime(at)}, ${switched.actor}${note}`}>
      since {shortDay(at, new Date())}
      <span className="hidden">, by {switched.actor}</span>
    </span>
  );
}

function Served() {
  return <span className={classes.served}>served</span>;
}

function Step(props: { icon: ReactNode; title: ReactNode; outcome: ReactNode; children?: ReactNode }) {
  return (
    <li className={classes.step}>
      <span className={classes.icon} aria-hidden>
        {props.icon}
      </span>
      <div className={classes.body}>
        <div className={classes.line}>
          <span className={classes.title} data-selectable>
            {props.title}
          </span>
          <span className={classes.outcome}>{props.outcome}</span>
        </div>
        {props.children}
      </div>
    </li>
  );
}

function Switches({ why, environment }: { why: Why; environment: Environment }) {
  if (why.evaluation.reason.kind === "ERROR" && why.evaluation.reason.errorKind === "FLAG_NOT_FOUND") {
    return (
      <Step
        icon={<IconArchive size={16} stroke={1.75} className={classes.quiet} />}
        title={
          <>
            <strong>Archived</strong>: apps do not find it and use their own fallback
          </>
        }
        outcome={<Since why={why} />}
      />
    );
  }
  if (!why.trace.isActive) {
    return (
      <Step
        icon={<StateGlyph state="killed" label="" size={16} />}
        title={
          <>
            <strong className={classes.killed}>Killed</strong>
            {why.flag.killedBy && ` by ${why.flag.killedBy}`}: everyone gets the default
          </>
        }
        outcome={<Since why={why} />}
      />
    );
  }
  if (!why.trace.environmentOn) {
    return (
      <Step
        icon={<IconPower size={16} stroke={1.75} className={classes.quiet} />}
        title={
          <>
            Not killed, but <strong>off</strong> in {environment.name}
          </>
        }
        outcome={<Since why={why} />}
      />
    );
  }
  return (
    <Step
      icon={<IconCheck size={16} stroke={2} className={classes.good} />}
      title={
        <>
          <strong>Not killed</strong>, and <strong>on</strong> in {environment.name}
        </>
      }
      outcome={<Since why={why} />}
    />
  );
}

function RuleStep({ each, why, now }: { each: ExplainedRule; why: Why; now: Date }) {
  const { number, rule, trace, audience } = each;
  const matched = trace.outcome === "matched";
  const name = rule.audienceId === null ? "Everyone" : audienceName(each);
  const condition = audience?.condition ?? null;
  // The bucket decides only for those whom the audience let through.
  const scaled = trace.threshold !== null && trace.outcome !== "audience_no" && why.trace.bucket !== null;
  return (
    <Step
      icon={
        matched ? (
          <IconCheck size={16} stroke={2} className={classes.good} />
        ) : trace.outcome === "not_reached" ? (
          <IconQuestionMark size={16} stroke={1.75} />
        ) : (
          <IconX size={16} stroke={1.75} />
        )
      }
      title={
        <>
          <strong>Rule {number}</strong> · {name}
          {rule.percentage !== null && ` · ${percentageLabel(rule.percentage)}`} →{" "}
          <ValueChip value={rule.value} limit={48} />
          {rule.description !== "" && <span className={classes.description}> {rule.description}</span>}
        </>
      }
      outcome={matched ? <Served /> : outcomeText(each, why)}
    >
      {audience?.problem && <p className={classes.problem}>! {audience.problem}</p>}
      {audience && condition && (
        <>
          {why.past !== null && (
            <p className={classes.todays}>
              {trace.audienceMatched === audience.member
                ? "By today's row:"
                : `By today's row they are ${audience.member ? "" : "not "}in it:`}
            </p>
          )}
          <ConditionRows condition={condition} now={now} />
        </>
      )}
      {scaled && <BucketScale bucket={why.trace.bucket ?? 0} threshold={trace.threshold ?? 0} />}
    </Step>
  );
}

function outcomeText({ rule, trace }: ExplainedRule, why: Why): string {
  if (trace.outcome === "percentage_no") {
    return why.trace.bucket === null
      ? "no id, no bucket"
      : `bucket ${bucketLabel(why.trace.bucket)} outside ${percentageLabel(rule.percentage)}`;
  }
  if (trace.outcome === "not_reached")
    return isPast(why) ? "audience could not be read" : "audience cannot be computed";
  return "not in audience";
}
