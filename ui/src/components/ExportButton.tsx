// Begins an export, shows how far it is, and says where the file is.
import { Button, Progress } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Export, ExportName } from "@/api";
import type { Exported, ExportProgress } from "@/contract";
import { CopyButton } from "./CopyButton";
import classes from "./ExportButton.module.css";
import { formatCount, formatCounted } from "./format";
import { StateGlyph } from "./StateGlyph";

type ButtonProps = {
  of: Pick<Export<ExportName>, "running">;
  onStart: () => void;
  disabled?: boolean;
  /** "Export CSV" unless said. */
  children?: ReactNode;
};

export function ExportButton({ of, onStart, disabled = false, children = "Export CSV" }: ButtonProps) {
  return (
    <Button
      leftSection={<IconDownload size={16} stroke={1.75} />}
      loading={of.running}
      disabled={disabled}
      onClick={onStart}
    >
      {children}
    </Button>
  );
}

type StatusProps = {
  of: Omit<Export<ExportName>, "start">;
  /** One row, as in "customer". */
  noun: string;
  /** Several, where an s does not do. */
  nouns?: string;
};

/** What becomes of it, for a place beside or under the button; nothing before the first and while it is quick. */
export function ExportStatus({ of, noun, nouns = `${noun}s` }: StatusProps) {
  const { progress, exported, failure, cancelled, cancel, reset } = of;
  return (
    <div
      className={classes.status}
      role="status"
      data-shown={Boolean(progress || exported || failure || cancelled)}
    >
      {progress && (
        <>
          <Progress.Root className={classes.bar ?? ""} size={6}>
            <Progress.Section
              value={progress.estimated ? (progress.seen / progress.estimated) * 100 : 100}
              animated={progress.estimated === null}
              aria-label="Exported"
            />
          </Progress.Root>
          <span>{progressWords(progress, noun, nouns)}</span>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={cancel}>
            Cancel the export
          </Button>
        </>
      )}
      {exported && (
        <>
          <span title={fullPath(exported)}>
            Saved {formatCounted(exported.rows, noun, nouns)} to <code>{shortPath(exported)}</code>
          </span>
          <CopyButton text={fullPath(exported)} what="the file's path" />
        </>
      )}
      {failure && (
        <>
          <StateGlyph state="warning" label="Problem" />
          <span>Not exported, and no file was kept. {failure.message}</span>
        </>
      )}
      {cancelled && <span>Not exported: it was cancelled. No file was kept.</span>}
      {(exported || failure || cancelled) && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={reset}>
          Dismiss
        </Button>
      )}
    </div>
  );
}

/** "1,500 of about 9,000 customers written"; "12 customers written, 1,500 of about 9,000 looked at" */
export function progressWords(
  { rows, seen, estimated }: ExportProgress,
  noun: string,
  nouns = `${noun}s`,
): string {
  if (estimated === null) return `${formatCounted(rows, noun, nouns)} written`;
  if (rows === seen) return `${formatCount(rows)} of about ${formatCounted(estimated, noun, nouns)} written`;
  return `${formatCounted(rows, noun, nouns)} written, ${formatCount(seen)} of about ${formatCount(estimated)} looked at`;
}

/** "Downloads/new-dashboard-gain.csv" */
export function shortPath({ directory, fileName }: Pick<Exported, "directory" | "fileName">): string {
  const last = directory.split(/[/\\]/).filter(Boolean).at(-1);
  return last === undefined ? fileName : `${last}/${fileName}`;
}

function fullPath({ directory, fileName }: Exported): string {
  const separator = directory.includes("\\") ? "\\" : "/";
  return directory.endsWith(separator) ? directory + fileName : directory + separator + fileName;
}
