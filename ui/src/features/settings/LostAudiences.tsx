// Says which audiences look at what a chosen table does not have, and which flags have rules on them, before it is
// saved.
import { useCommandQuery } from "@/api";
import { formatCounted, StateGlyph } from "@/components";
import type { CatalogueTable } from "@/contract";
import { AudienceFlags } from "./AudienceFlags";
import classes from "./CustomerSourceForm.module.css";
import { lostAudiences, tableName } from "./model/source";

const SHOWN = 5;

export function LostAudiences({ table, hasEvents }: { table: CatalogueTable; hasEvents: boolean }) {
  const lost = lostAudiences(useCommandQuery("audiences_list", {}).data ?? [], table, hasEvents);
  if (lost.length === 0) return null;
  const flags = new Set(lost.flatMap((each) => each.flags)).size;
  return (
    <div className={classes.warning} role="status">
      <StateGlyph state="warning" label="Warning" />
      <div>
        {formatCounted(lost.length, "audience looks", "audiences look")} at what {tableName(table)} does not
        have. Until they are changed, rules on them cannot be decided
        {flags > 0 && `: ${formatCounted(flags, "flag has", "flags have")} such rules`}.
        <ul className={classes.lost}>
          {lost.slice(0, SHOWN).map(({ name, attributes, flags }) => (
            <li key={name}>
              {name}: {attributes.join(", ")}
              <AudienceFlags keys={flags} />
            </li>
          ))}
        </ul>
        {lost.length > SHOWN && <p>and {lost.length - SHOWN} more</p>}
      </div>
    </div>
  );
}
