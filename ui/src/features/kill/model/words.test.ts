import { describe, expect, test } from "vitest";
import { plainText } from "../../flag/model/phrase";
import { flag, rule } from "../../flag/testing";
import { consequence, effect, server } from "../testing";
import { killInWords } from "./consequence";
import { holderInWords } from "./holder";
import { editedMeanwhile } from "./meanwhile";
import { logInWords, missingInWords, proofOf, sdksInWords } from "./proof";
import { holdLabel, killedValue, killTurnsOn, targetOf } from "./target";

describe("what a kill does", () => {
  test("is a sentence with who is concerned", () => {
    expect(plainText(killInWords(consequence(), "Production"))).toBe(
      "49,812 customers get `false` instead of `true` (31 enterprise).",
    );
  });

  test("to a flag of several values names their number", () => {
    const from = [
      { value: "a", customers: 1 },
      { value: "b", customers: 2 },
      { value: "c", customers: 3 },
    ];
    expect(
      plainText(killInWords(consequence({ from, to: "a", changed: 5, breakdown: null }), "Production")),
    ).toBe("5 customers get `“a”` instead of one of 2 other values.");
  });

  test("is nothing where it is off, or everyone has the default", () => {
    expect(plainText(killInWords(consequence({ on: false }), "Production"))).toContain("off in Production");
    expect(plainText(killInWords(consequence({ changed: 0 }), "Production"))).toContain(
      "No customer's value changes",
    );
  });

  test("that serves true is amber, and says so", () => {
    const target = targetOf(flag({ key: "checkout", defaultValue: true }));
    expect(killTurnsOn(target)).toBe(true);
    expect(holdLabel(target)).toBe("Hold to kill checkout: serves true to everyone");
    expect(holdLabel(targetOf(flag({ key: "checkout" })))).toBe("Hold to kill checkout");
    expect(killedValue(targetOf(flag({ type: "string", defaultValue: "bm25" })))).toBe("“bm25”");
  });
});

describe("the proof", () => {
  test("counts servers alone, and takes as long as the slowest", () => {
    const proof = proofOf(
      effect({
        evaluators: [
          server({ host: "eu-1", confirmedAfterMs: 31 }),
          server({ host: "us-1", confirmedAfterMs: 38 }),
          server({ host: "laptop", kind: "desktop", confirmedAfterMs: null }),
        ],
      }),
    );
    expect(proof.headline).toBe("2 of 2 confirmed in 38 ms");
    expect(proof.verdict).toBe("confirmed");
    expect(proof.desktops.map(({ host }) => host)).toEqual(["laptop"]);
  });

  test("warns of a server that has not confirmed, with when it was last heard of", () => {
    const late = server({ host: "us-1", confirmedAfterMs: null, silentMs: 42_000 });
    const proof = proofOf(effect({ evaluators: [server(), late] }));
    expect(proof.headline).toBe("1 of 2 confirmed");
    expect(proof.missing).toEqual([late]);
    expect(missingInWords(late)).toBe(
      "us-1 (halyard-server 0.1.0) has not confirmed; it was last heard of 42.0 s ago and may still serve the old value.",
    );
  });

  test("without servers says that there is nothing to confirm", () => {
    expect(proofOf(effect({ evaluators: [] })).headline).toBe("No server is running: nothing to confirm");
  });

  test("says what is not known as not known", () => {
    expect(logInWords(null)).toBe("how far the log is behind is not known");
    expect(logInWords(1_200)).toBe("the log is 1.2 s behind");
    expect(sdksInWords(effect({ sdksLastHour: null }))).toContain("not known");
    expect(sdksInWords(effect({ sdksLastHour: [{ sdk: "node-server", calls: 12 }] }))).toBe(
      "Asked for in the last hour: 12 calls (node-server 12 calls).",
    );
  });
});

test("who holds a flag is said with program, role, place, state and since when", () => {
  const blocker = {
    pid: 1,
    role: "ada",
    application: "psql",
    client: null,
    since: "2026-01-01T00:00:00Z",
    state: "idle in transaction",
    mayEnd: true,
  };
  expect(holderInWords(blocker, new Date("2026-01-01T00:00:05Z"))).toMatch(
    /^psql as ada, idle in transaction, open since 5\.0 s ago \(1 Jan 2026/,
  );
  expect(holderInWords({ ...blocker, application: "", since: null, state: null })).toBe(
    "A program without a name as ada, since when is not shown to your role.",
  );
});

describe("edited while killed", () => {
  const version = (number: number, action: string, fields = {}) => ({
    version: number,
    at: "2026-01-01T00:00:00Z",
    actor: "Grace",
    action,
    note: "",
    flag: flag({ version: number, isActive: action !== "flag.killed", ...fields }),
  });
  const before = { rules: [rule("a", { percentage: 10 })] };
  const after = { rules: [rule("a", { percentage: 50 })] };

  test("names who edited last, and holds the rules against those of the kill", () => {
    const versions = [
      version(9, "flag.updated", after),
      version(8, "flag.killed", before),
      version(7, "flag.updated", before),
    ];
    expect(editedMeanwhile(versions, flag({ ...after, isActive: false }))).toMatchObject({ by: "Grace" });
  });

  test("is not what was edited before the kill, renamed, or edited back", () => {
    const killed = [version(8, "flag.killed", before), version(7, "flag.updated", before)];
    expect(editedMeanwhile(killed, flag({ ...before, isActive: false }))).toBeNull();
    const renamed = [version(9, "flag.updated", { ...before, name: "New" }), ...killed];
    expect(editedMeanwhile(renamed, flag({ ...before, name: "New", isActive: false }))).toBeNull();
  });
});
