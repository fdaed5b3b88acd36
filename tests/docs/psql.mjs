// A session in a database that prints what psql would, for the SQL of the docs.
import pg from "pg";

/** Types that psql prints on the right: int8, int2, int4, oid, float4, float8, money, numeric. */
const NUMERIC = new Set([20, 21, 23, 26, 700, 701, 790, 1700]);
const asText = { getTypeParser: () => (text) => text };

/** `run` answers what psql would print of its statements, without trailing blanks. */
export async function openSession(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return {
    run: async (text) => {
      const results = await client.query({ text, rowMode: "array", types: asText });
      return [results].flat().map(printed).join("");
    },
    close: () => client.end(),
  };
}

function printed({ command, rowCount, fields, rows }) {
  if (fields.length === 0) {
    const count = command === "INSERT" ? ` 0 ${rowCount}` : command === "SELECT" ? ` ${rowCount}` : "";
    return `${command}${count}\n`;
  }
  const cells = rows.map((row) => row.map((cell) => cell ?? ""));
  const widths = fields.map(({ name }, at) => Math.max(...[name, ...cells.map((row) => row[at])].map(lengthOf)));
  const line = (texts) => ` ${texts.join(" | ")}`.trimEnd();
  const lines = [
    line(fields.map(({ name }, at) => centred(name, widths[at]))),
    widths.map((width) => "-".repeat(width + 2)).join("+"),
    ...cells.map((row) => line(row.map((cell, at) => padded(cell, widths[at], NUMERIC.has(fields[at].dataTypeID))))),
    rows.length === 1 ? "(1 row)" : `(${rows.length} rows)`,
  ];
  return `${lines.join("\n")}\n\n`;
}

const lengthOf = (text) => [...text].length;
const blanks = (count) => " ".repeat(count);
const centred = (text, width) =>
  blanks(Math.floor((width - lengthOf(text)) / 2)) + text + blanks(Math.ceil((width - lengthOf(text)) / 2));
const padded = (text, width, right) =>
  right ? blanks(width - lengthOf(text)) + text : text + blanks(width - lengthOf(text));

/** The rows of the last table that was printed, as objects of texts. */
export function rowsOf(text) {
  const lines = text.trimEnd().split("\n").slice(0, -1);
  const rule = lines.findLastIndex((line) => /^-[-+]*$/.test(line));
  const cells = (line) => line.split("|").map((cell) => cell.trim());
  const names = cells(lines[rule - 1]);
  return lines.slice(rule + 1).map((line) => Object.fromEntries(cells(line).map((cell, at) => [names[at], cell])));
}
