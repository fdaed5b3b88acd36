// What can be taken out of the log: the rows of the filter as a file, and the filter as a statement.
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { Export } from "@/api";
import { useActions } from "@/app/actions";
import { announce } from "@/app/announcements";
import { useEntryGate } from "@/app/rights";
import { copyText } from "@/components";
import type { EvaluationFilter } from "@/contract";
import { CommandFailure, platform } from "@/platform";

type Props = { filter: EvaluationFilter; exporting: Export<"evaluations_export"> };

export function LogMenu({ filter, exporting }: Props) {
  const gate = useEntryGate("readEvaluations");
  const exportCsv = () => exporting.start({ filter });
  const copySql = async () => {
    try {
      const { sql } = await platform().invoke("evaluations_sql", { filter });
      await copyText(sql);
      announce({ text: "The statement is copied: paste it into any SQL tool." });
    } catch (thrown) {
      announce({ text: `The statement could not be copied. ${CommandFailure.from(thrown).message}` });
    }
  };
  useActions([
    {
      id: "evaluations.csv",
      label: "Export these evaluations as CSV",
      keywords: "download log table",
      disabled: exporting.running || gate.disabled === true,
      run: exportCsv,
    },
    {
      id: "evaluations.sql",
      label: "Copy the filter of the evaluations as SQL",
      keywords: "statement query psql",
      run: () => void copySql(),
    },
  ]);
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button leftSection={<IconDownload size={16} stroke={1.75} />} loading={exporting.running}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={exportCsv} disabled={gate.disabled === true}>
          CSV of this filter
        </Menu.Item>
        <Menu.Item onClick={() => void copySql()}>Copy as SQL</Menu.Item>
        <Menu.Label>
          docs/evaluation-log.md says what the columns mean, docs/experiment-readout.md how to read an
          experiment out of them.
        </Menu.Label>
        {gate.reason && <Menu.Label>{gate.reason}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
