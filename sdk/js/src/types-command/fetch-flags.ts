// Reads all flags of a server, page by page.
import { type FlagOfServer, flagsOf } from "./flags.js";

/** How many flags a page has. */
const PAGE = 500;
/** Milliseconds that one page may take. */
const PATIENCE = 30_000;

/** All unarchived flags, by key. */
export async function fetchFlags(url: string, adminKey: string): Promise<FlagOfServer[]> {
  const flags: FlagOfServer[] = [];
  let cursor: string | null = null;
  do {
    const page = new URL(`${url.replace(/\/+$/, "")}/feature-flags?limit=${PAGE}`);
    if (cursor) page.searchParams.set("cursor", cursor);
    const answer = await fetchPage(page, adminKey);
    flags.push(...flagsOf(answer, url));
    cursor = (answer as { nextCursor?: string | null }).nextCursor ?? null;
  } while (cursor);
  return flags;
}

async function fetchPage(page: URL, adminKey: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(page, {
      headers: { Authorization: `Bearer ${adminKey}` },
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    const cause = (error as Error).cause as Error | undefined;
    throw new Error(`${page.origin} does not answer: ${cause?.message ?? (error as Error).message}`);
  }
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(`${page.origin} refused: ${body?.detail ?? `HTTP ${response.status}`}`);
  return body;
}
