// The evaluators that were heard of in the last minute: servers, and apart from them the local endpoints of desktops.
import { Button } from "@mantine/core";
import { IconServer } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useCommandQuery, useLive } from "@/api";
import { EmptyState, ErrorNote, formatCount, RelativeTime, SkeletonRows, StateGlyph } from "@/components";
import type { Evaluator } from "@/contract";
import { Section } from "../Section";
import { evaluatorGroups, heardOf, isBehind, isSilent, logTrouble } from "./model";
import classes from "./Servers.module.css";

const LOOK_AGAIN_MS = 2_000;

export function ServersSection() {
  const list = useCommandQuery("evaluators_list", {}, { refetchInterval: LOOK_AGAIN_MS });
  const configVersion = useLive()?.configVersion;
  const navigate = useNavigate();
  return (
    <Section
      title="Servers"
      lead="Everything that answers SDKs from this workspace. Each reports every 5 seconds which configuration it serves; after a minute of silence it leaves the list."
    >
      {list.error && !list.data && (
        <ErrorNote
          title="The servers could not be read."
          failure={list.error}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.isPending && <SkeletonRows rows={3} label="Loading the servers" />}
      {list.data?.length === 0 && (
        <EmptyState
          title="No server is running"
          icon={<IconServer size={28} stroke={1.5} />}
          actions={
            <Button onClick={() => void navigate({ to: "/settings", search: { section: "endpoint" } })}>
              Local endpoint…
            </Button>
          }
        >
          Start <code>halyard-server serve --database URL</code> where your apps can reach it, or switch on
          the local endpoint of this app to try things here.
        </EmptyState>
      )}
      {list.data &&
        evaluatorGroups(list.data).map(({ id, name, evaluators }) => (
          <div key={id} className={classes.group}>
            <h3 className={classes.groupName}>{name}</h3>
            <div className={classes.scroller}>
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th scope="col">Host</th>
                    <th scope="col">Version</th>
                    <th scope="col">Configuration</th>
                    <th scope="col" className={classes.number}>
                      Log waiting
                    </th>
                    <th scope="col">Heard of</th>
                  </tr>
                </thead>
                <tbody>
                  {evaluators.map((evaluator) => (
                    <Row key={evaluator.id} evaluator={evaluator} configVersion={configVersion} />
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        ))}
    </Section>
  );
}

type RowProps = { evaluator: Evaluator; configVersion: number | undefined };

function Row({ evaluator, configVersion }: RowProps) {
  const trouble = logTrouble(evaluator);
  const silent = isSilent(evaluator);
  const behind = isBehind(evaluator, configVersion);
  return (
    <tr data-silent={silent}>
      <th scope="row">
        <span className={classes.host} title={evaluator.host}>
          {evaluator.host}
        </span>
        <span className={classes.quiet}>
          Started <RelativeTime at={evaluator.startedAt} focusable />
        </span>
      </th>
      <td>{evaluator.program}</td>
      <td>
        <span className={classes.withGlyph}>
          {behind && <StateGlyph state="warning" label="" />}v{evaluator.configVersion}
        </span>
        <span className={classes.quiet}>
          {behind ? (
            `live is v${configVersion}`
          ) : (
            <>
              applied <RelativeTime at={evaluator.appliedAt} focusable />
            </>
          )}
        </span>
      </td>
      <td className={classes.number}>
        {formatCount(evaluator.queued + evaluator.spooled)}
        {trouble && <span className={classes.trouble}>{trouble}</span>}
      </td>
      <td className={classes.heard}>
        <span className={classes.withGlyph}>
          <StateGlyph state={silent ? "warning" : "serving"} label="" />
          {heardOf(evaluator.silentMs)}
        </span>
        {silent && <span className={classes.trouble}>Silent: it may be gone</span>}
      </td>
    </tr>
  );
}
