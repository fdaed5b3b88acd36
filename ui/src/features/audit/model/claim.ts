// Who it was: the name that the program gave beside the role that the database saw. Pure.
import type { AuditEntry } from "@/contract";

export type Claim =
  /** Nobody was named: the database wrote the role itself. */
  | { kind: "direct" }
  | { kind: "plain" }
  /** The name and the role do not fit what is seen elsewhere; says how. */
  | { kind: "odd"; because: string };

type Said = Pick<AuditEntry, "actor" | "dbRole" | "client">;

/** How often each role came with each name. */
export type Habits = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function habitsOf(entries: ReadonlyArray<Said>): Habits {
  const habits = new Map<string, Map<string, number>>();
  for (const { actor, dbRole } of entries) {
    const roles = habits.get(actor) ?? new Map<string, number>();
    roles.set(dbRole, (roles.get(dbRole) ?? 0) + 1);
    habits.set(actor, roles);
  }
  return habits;
}

/** `habits` of the entries around it. */
export function claimOf({ actor, dbRole, client }: Said, habits: Habits): Claim {
  if (actor === dbRole) return { kind: "direct" };
  const isRole = [...habits.values()].some((roles) => roles.has(actor));
  if (isRole) {
    return odd(`The program said ${actor}, which is a database role; it was logged in as ${dbRole}.`);
  }
  if (!isHalyard(client)) {
    return odd(
      `${client || "A program without a name"} said ${actor}; the database only knows the role ${dbRole}.`,
    );
  }
  const roles = habits.get(actor);
  const usual = roles && [...roles].sort(([, a], [, b]) => b - a)[0];
  if (usual && usual[0] !== dbRole && usual[1] > (roles.get(dbRole) ?? 0)) {
    return odd(`${actor} is usually logged in as ${usual[0]}; this was ${dbRole}.`);
  }
  return { kind: "plain" };
}

const odd = (because: string): Claim => ({ kind: "odd", because });

/** How the programs of this project name themselves; `psql` and the like do not. */
function isHalyard(client: string): boolean {
  return /^(halyard|desktop|server|bridge|sample data)\b/i.test(client);
}
