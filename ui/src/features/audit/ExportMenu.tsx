// What can be taken away of the audit: the entries of the filter as a table or as a file that verifies without the
// database, and a signed checkpoint.
import { Button, Menu } from "@mantine/core";
import { IconDownload, IconSignature } from "@tabler/icons-react";
import { useState } from "react";
import type { Export } from "@/api";
import { useActions } from "@/app/actions";
import type { AuditFilter } from "@/contract";
import { CheckpointDialog } from "./CheckpointDialog";
import classes from "./ExportMenu.module.css";

type Props = { filter: AuditFilter; exporting: Export<"audit_export"> };

export function ExportMenu({ filter, exporting }: Props) {
  const [signing, setSigning] = useState(false);
  const filtered = Object.keys(filter).length > 0;
  const what = filtered ? "the entries of this filter" : "all entries";
  const csv = () => exporting.start({ format: "csv", filter });
  const ndjson = () => exporting.start({ format: "ndjson", filter });
  useActions([
    {
      id: "audit.csv",
      label: `Export ${what} as CSV`,
      keywords: "audit download table",
      disabled: exporting.running,
      run: csv,
    },
    {
      id: "audit.ndjson",
      label: `Export ${what} as a verifiable file`,
      keywords: "audit download ndjson chain",
      disabled: exporting.running,
      run: ndjson,
    },
    {
      id: "audit.checkpoint",
      label: "Sign a checkpoint of the audit",
      keywords: "chain ed25519",
      run: () => setSigning(true),
    },
  ]);
  return (
    <>
      <Menu position="bottom-end" width={340}>
        <Menu.Target>
          <Button leftSection={<IconDownload size={16} stroke={1.75} />} loading={exporting.running}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{filtered ? "The entries of this filter" : "All entries"}</Menu.Label>
          <Menu.Item onClick={csv}>
            CSV
            <span className={classes.means}>A table for people and spreadsheets, times in UTC</span>
          </Menu.Item>
          <Menu.Item onClick={ndjson}>
            NDJSON
            <span className={classes.means}>
              Verifies without the database: halyard-server audit verify FILE. With a signed checkpoint
            </span>
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconSignature size={16} stroke={1.75} />} onClick={() => setSigning(true)}>
            Sign a checkpoint…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {signing && <CheckpointDialog onClose={() => setSigning(false)} />}
    </>
  );
}
