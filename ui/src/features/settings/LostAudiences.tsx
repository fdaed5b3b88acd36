// Says which audiences look at columns that a chosen table does not have, before it is saved.
import { useCommandQuery } from "@/api";
import { formatCounted, StateGlyph } from "@/components";
import type { CatalogueTable } from "@/contract";
import classes from "./CustomerSourceForm.module.css";
import { lostAudiences, tableName } from "./model/source";

const SHOWN = 5;

export function LostAudiences({ table }: { table: CatalogueTable }) {
  const lost = lostAudiences(useCommandQuery("audiences_list", {}).data ?? [], table);
  if (lost.length === 0) return null;
  return (
    <div className={classes.warning} role="status">
      <StateGlyph state="warning" label="Warning" />
      <div>
        {formatCounted(lost.length, "audience looks", "audiences look")} at columns that {tableName(table)}{" "}
        does not have. Until they are changed, rules on them cannot be decided.
        <ul className={classes.lost}>
          {lost.slice(0, SHOWN).map(({ name, attributes }) => (
            <li key={name}>
              {name}: {attributes.join(", ")}
            </li>
          ))}
        </ul>
        {lost.length > SHOWN && <p>and {lost.length - SHOWN} more</p>}
      </div>
    </div>
  );
}
