// The fenced code of a page of docs, with what its info string says of it:
//
//   ```js file=quick-start.mjs          runs (js in Node, sh in bash, python; ts and tsx are type-checked first)
//   ```sql file=rates.sql               runs in one session with the others, by whoever may read the log
//   ```sql file=buy.sql as=owner        runs as the database's owner
//   ```tsx page file=app.tsx            runs in a page of a browser; html is the page itself
//   ```ts file=typed.ts with=types.sh   runs in the folder where the other ran before
//   ```text printed-by=quick-start.mjs  is what that prints, or what the page shows
//   ```sh step=project                  belongs to the quick start, which is typed in as written
//   ```sh not-run="why"                 is not run
//
// Nothing else may be fenced: what is not run says so.

const FENCE = /^```(\S+)[^\S\n]*(.*)\n([\s\S]*?)^```$/gm;
const WORD = /([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g;

/** `[{ language, code, line, page, file, as, with, printed-by, step, not-run }]`, in their order. */
export function snippetsOf(markdown) {
  return [...markdown.matchAll(FENCE)].map(({ 1: language, 2: info, 3: code, index }) => {
    const said = [...info.matchAll(WORD)].map(([, name, quoted, plain]) => [name, quoted ?? plain ?? true]);
    return { language, code, line: markdown.slice(0, index).split("\n").length, ...Object.fromEntries(said) };
  });
}

/** What is wrong with how the snippets are marked, in words. */
export function mistakes(snippets) {
  const files = new Set(snippets.map(({ file }) => file).filter(Boolean));
  return snippets.flatMap((snippet) => {
    const { line, file } = snippet;
    const kinds = ["file", "printed-by", "step", "not-run"].filter((kind) => snippet[kind]);
    const printer = snippet["printed-by"];
    if (kinds.length !== 1) return [`line ${line}: neither run nor said why not`];
    if (printer && printer !== "server" && !files.has(printer)) return [`line ${line}: nothing is called ${printer}`];
    if (snippet.with && !files.has(snippet.with)) return [`line ${line}: nothing is called ${snippet.with}`];
    if (file && snippets.some((one) => one.file === file && one !== snippet)) return [`line ${line}: a second ${file}`];
    if (file?.match(/\.(mjs|cjs|js|tsx?|html|py|sql)$/) && !prints(snippets, file)) {
      return [`line ${line}: ${file} does not say what it prints`];
    }
    return [];
  });
}

/** What the page says that `file` prints. */
export function prints(snippets, file) {
  return snippets.find((one) => one["printed-by"] === file)?.code;
}
