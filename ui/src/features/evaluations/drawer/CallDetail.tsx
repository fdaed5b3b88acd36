// One call beside the list: who asked, through which door, and every flag that it answered with.
import { Button } from "@mantine/core";
import { IconHelpCircle, IconX } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCommandQuery } from "@/api";
import {
  absoluteTime,
  CopyButton,
  DetailPanel,
  EnvironmentBadge,
  ErrorNote,
  FullValue,
  formatCounted,
  IconButton,
  KeyText,
  SkeletonRows,
  StateGlyph,
  ValueChip,
} from "@/components";
import type { Environment, EvaluationRow } from "@/contract";
import { CustomerName } from "../CustomerName";
import { callWords, reasonWords, whyThen } from "../model";
import classes from "./CallDetail.module.css";

type Props = {
  row: EvaluationRow;
  environment: Environment;
  onClose: () => void;
};

export function CallDetail({ row, environment, onClose }: Props) {
  const navigate = useNavigate();
  const { callId } = row;
  const call = useCommandQuery(
    "evaluation_call",
    { id: callId, evaluatedAt: row.at },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  const nobody = row.entityId === "";
  return (
    <DetailPanel
      label="Call"
      of={callId}
      title={
        nobody ? "A call without a customer" : <CustomerName key={row.entityId} entityId={row.entityId} />
      }
      close={
        <IconButton label="Close the call (Esc)" onClick={onClose}>
          <IconX size={16} stroke={1.75} />
        </IconButton>
      }
      onClose={onClose}
    >
      <Asked row={row} environment={environment} />
      <FullValue value={row.value} />
      <div className={classes.buttons}>
        <Button
          variant="filled"
          leftSection={<IconHelpCircle size={16} stroke={1.75} />}
          disabled={nobody || row.flagKey === ""}
          onClick={() => void navigate({ to: "/why", search: whyThen(row) })}
        >
          Why did they get it?
        </Button>
        {!nobody && (
          <Button
            onClick={() => void navigate({ to: "/customers/customer", search: { entity: row.entityId } })}
          >
            Open the customer
          </Button>
        )}
      </div>
      <dl className={classes.facts}>
        <dt>When</dt>
        <dd className="num">
          <span>{absoluteTime(new Date(row.at))}</span>
          <CopyButton text={row.at} what="the time in UTC" />
        </dd>
        <dt>Customer</dt>
        <dd>
          {nobody ? (
            "none was named"
          ) : (
            <>
              <code>{row.entityId}</code>
              <CopyButton text={row.entityId} what="the customer's id" />
            </>
          )}
        </dd>
        <dt>Environment</dt>
        <dd>
          <EnvironmentBadge environment={environment} />
        </dd>
        <dt>Call</dt>
        <dd>{callWords(row.source)}</dd>
        <dt>SDK</dt>
        <dd>{row.sdk === "" ? "did not say" : <code>{row.sdk}</code>}</dd>
        {call.data && (
          <>
            <dt>Configuration</dt>
            <dd className="num">
              <Link to="/audit" search={{ entry: String(call.data.configVersion) }}>
                {call.data.configVersion}
              </Link>
            </dd>
          </>
        )}
        <dt>Id</dt>
        <dd className={classes.id}>
          <code title={callId}>{callId}</code>
          <CopyButton text={callId} what="the call's id" />
        </dd>
      </dl>
      <h3 className={classes.heading}>
        {call.data ? formatCounted(call.data.evaluations.length, "flag") : "Flags"} of this call
      </h3>
      {call.isPending && <SkeletonRows rows={4} label="Loading the call" />}
      {call.error && (
        <ErrorNote
          tried="reading"
          title="The call could not be read."
          failure={call.error}
          onRetry={() => void call.refetch()}
        />
      )}
      {call.data && (
        <ul className={classes.flags} aria-label="Flags of this call">
          {call.data.evaluations.map((one) => (
            <li key={one.id} data-current={one.id === row.id}>
              <Served row={one} environment={environment} />
            </li>
          ))}
        </ul>
      )}
    </DetailPanel>
  );
}

/** The row that was opened, as a sentence. */
function Asked({ row, environment }: { row: EvaluationRow; environment: Environment }) {
  const { text, tone, detail } = reasonWords(row, environment.name);
  return (
    <p className={classes.asked}>
      <KeyText text={row.flagKey === "" ? "a deleted flag" : row.flagKey} />
      <span className="muted">was</span>
      <ValueChip value={row.value} />
      <span className={classes.reason} data-tone={tone} title={detail}>
        {tone !== "plain" && <StateGlyph state={tone} label="" />} {text} · v{row.flagVersion}
      </span>
    </p>
  );
}

function Served({ row, environment }: { row: EvaluationRow; environment: Environment }) {
  const { text, tone, detail } = reasonWords(row, environment.name);
  return (
    <>
      {row.flagKey === "" ? (
        <span className="faint">a deleted flag</span>
      ) : (
        <Link to="/flags/$key" params={{ key: row.flagKey }} className={classes.flag}>
          <KeyText text={row.flagKey} />
        </Link>
      )}
      <ValueChip value={row.value} />
      <span className={classes.reason} data-tone={tone} title={detail}>
        {tone !== "plain" && <StateGlyph state={tone} label="" />} {text}
      </span>
      {row.entityId !== "" && row.flagKey !== "" && (
        <Link
          to="/why"
          search={whyThen(row)}
          className={classes.why}
          aria-label={`Why ${row.flagKey}`}
          title={`Why ${row.flagKey}?`}
        >
          <IconHelpCircle size={16} stroke={1.75} aria-hidden />
        </Link>
      )}
    </>
  );
}
