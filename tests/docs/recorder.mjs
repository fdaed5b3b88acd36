// Stands between a client and a server, passes on what each says, and keeps what was answered.
import { once } from "node:events";
import { createServer } from "node:http";

/** `answers` are `{ path, at, asked, answered }` of each call of the server at `target`, `at` (ms) when it came back. */
export async function startRecorder(target) {
  const answers = [];
  const proxy = createServer(async (request, response) => {
    try {
      const body = Buffer.concat(await request.toArray());
      const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
      const reply = await fetch(new URL(request.url, target), {
        method: request.method,
        headers,
        body: body.length > 0 ? body : undefined,
      });
      const text = await reply.text();
      if (reply.ok)
        answers.push({ path: request.url, at: Date.now(), asked: json(body.toString()), answered: json(text) });
      const { "retry-after": retryAfter } = Object.fromEntries(reply.headers);
      response.writeHead(reply.status, {
        "content-type": "application/json",
        ...(retryAfter && { "retry-after": retryAfter }),
      });
      response.end(text);
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const close = () => {
    proxy.closeAllConnections();
    proxy.close();
  };
  return { url: `http://127.0.0.1:${proxy.address().port}`, answers, close };
}

const json = (text) => (text === "" ? undefined : JSON.parse(text));
