// Who may do what: the database role of this workspace, what it may do, and what it may not.
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { type Right, useRights, whoMay } from "@/app/rights";
import { Section } from "../Section";
import classes from "./Workspace.module.css";

const WORDS: ReadonlyArray<[Right, string]> = [
  ["readCustomers", "See customers"],
  ["readEvaluations", "See what was evaluated for whom"],
  ["kill", "Kill and restore flags"],
  ["switch", "Switch flags on and off"],
  ["editFlags", "Change flags"],
  ["editAudiences", "Change audiences"],
  ["editEnvironments", "Change environments"],
  ["editKeys", "Make and revoke SDK keys"],
  ["editSource", "Choose where customers are"],
  ["editSettings", "Change settings"],
  ["erase", "Erase customers from the log"],
  ["endSessions", "End database sessions that hold a flag"],
];

export function RightsSection() {
  const rights = useRights();
  if (!rights) return null;
  const { role, dbRole, may, auditBindsOwner } = rights;
  return (
    <Section
      title="What you may do"
      lead="The database decides, for everybody who is logged in as this role. Controls that it would refuse are disabled and say so."
    >
      <p>
        Your database role: <code>{dbRole}</code>
        {role === null ? ", in none of this database's group roles" : `, ${role}`}
      </p>
      <ul className={classes.rights} aria-label="Rights">
        {WORDS.map(([right, words]) => (
          <li key={right} data-may={may[right]}>
            {may[right] ? (
              <IconCheck size={16} stroke={1.75} aria-hidden />
            ) : (
              <IconMinus size={16} stroke={1.75} aria-hidden />
            )}
            <span>
              <span className="hidden">{may[right] ? "May: " : "May not: "}</span>
              {words}
              {!may[right] && <span className="faint"> · {whoMay(right)}</span>}
            </span>
          </li>
        ))}
      </ul>
      {!auditBindsOwner && (
        <p className={classes.binds}>
          The tables belong to a role that somebody logs in with. The audit then binds everybody but that
          owner, who could rewrite it; signed checkpoints kept elsewhere would show it. To bind the owner,
          too, have a role with CREATEROLE migrate the schema.
        </p>
      )}
    </Section>
  );
}
