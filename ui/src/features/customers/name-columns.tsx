// Customers by name as columns of a list: name, e-mail address, and the id with a button that copies it.
import { type Column, CopyButton } from "@/components";
import type { CustomerReference } from "@/contract";
import classes from "./name-columns.module.css";

export const NAME_COLUMNS: ReadonlyArray<Column<CustomerReference>> = [
  { id: "name", label: "Name", width: "minmax(0, 1fr)", cell: ({ name }) => <CellText of={name} /> },
  { id: "email", label: "E-mail", width: "minmax(0, 1.7fr)", cell: ({ email }) => <CellText of={email} /> },
  {
    id: "id",
    label: "Id",
    width: "minmax(0, 1fr)",
    cell: ({ entityId }, { tabIndex }) => (
      <>
        <code className={classes.text} title={entityId}>
          {entityId}
        </code>
        <CopyButton text={entityId} what={`the id ${entityId}`} tabIndex={tabIndex} />
      </>
    ),
  },
];

/** A text of the tenant's, in whatever direction it is written. */
function CellText({ of }: { of: string | null }) {
  if (of === null) return <span className="faint">–</span>;
  return (
    <span className={classes.text} title={of} dir="auto">
      {of}
    </span>
  );
}
