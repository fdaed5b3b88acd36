// What stands in for a page that broke, or that there is not.
import { Button } from "@mantine/core";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { EmptyState, ErrorNote } from "@/components";
import { CommandFailure } from "@/platform";
import classes from "./PageFailed.module.css";

export function PageFailed({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <div className={classes.place}>
      <ErrorNote
        title="This page could not be shown."
        failure={CommandFailure.from(error)}
        onRetry={() => void router.invalidate()}
      />
    </div>
  );
}

export function PageMissing() {
  const navigate = useNavigate();
  return (
    <EmptyState
      title="There is no such page"
      actions={<Button onClick={() => void navigate({ to: "/flags" })}>Go to Flags</Button>}
    />
  );
}
