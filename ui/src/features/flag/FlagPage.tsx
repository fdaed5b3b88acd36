// The page of one flag: loads it, and shows it or what is wrong.
import { Button } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { useCommandQuery } from "@/api";
import { useEnvironments } from "@/app/environment";
import { EmptyState, ErrorNote, SkeletonRows } from "@/components";
import classes from "./FlagPage.module.css";
import { FlagView } from "./FlagView";

export function FlagPage() {
  const { key } = useParams({ from: "/flags/$key" });
  const { data: flag, error, refetch } = useCommandQuery("flag_get", { flag: key });
  const audiences = useCommandQuery("audiences_list", {});
  const environments = useEnvironments();

  if (flag) {
    return (
      <FlagView
        key={flag.id}
        flag={flag}
        audiences={audiences.data ?? []}
        audiencesFailure={audiences.error}
        environments={environments}
      />
    );
  }
  if (error?.code === "not_found") {
    return (
      <EmptyState
        title={`There is no flag ${key}`}
        actions={
          <Button component={Link} to="/flags">
            Show all flags
          </Button>
        }
      >
        Keys never change, so it was typed differently or belongs to another workspace.
      </EmptyState>
    );
  }
  if (error) {
    return (
      <div className={classes.content}>
        <ErrorNote title={`${key} could not be loaded.`} failure={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  return <SkeletonRows label={`Loading ${key}`} />;
}
