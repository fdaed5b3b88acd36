// A tap on the wire between clients and the server: passes every byte on unchanged, and keeps the
// request lines with the statuses that answered them.
import { once } from "node:events";
import { connect, createServer } from "node:net";

const REQUEST = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/;
const STATUS = /^HTTP\/1\.1 (\d{3}) /;
const NO_MODIFICATION = /^if-none-match:/im;

/**
 * Listens before the server at `target`. `exchanges` are `{ method, path, status, conditional }` in
 * the order of the requests; `status` is undefined until the answer begins.
 */
export async function tap(target) {
  const { hostname, port } = new URL(target);
  const exchanges = [];
  const sockets = new Set();
  const tapServer = createServer((client) => {
    const server = connect({ host: hostname, port: Number(port) });
    const waiting = [];
    client.on("data", (bytes) => {
      const head = bytes.toString("latin1");
      const line = REQUEST.exec(head);
      if (!line) return;
      const exchange = { method: line[1], path: line[2], status: undefined, conditional: NO_MODIFICATION.test(head) };
      exchanges.push(exchange);
      waiting.push(exchange);
    });
    server.on("data", (bytes) => {
      const status = STATUS.exec(bytes.toString("latin1"));
      if (status && waiting.length > 0) waiting.shift().status = Number(status[1]);
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
      from.pipe(to);
    }
  });
  tapServer.listen(0, "127.0.0.1");
  await once(tapServer, "listening");
  return {
    url: `http://127.0.0.1:${tapServer.address().port}`,
    exchanges,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => tapServer.close(done));
    },
  };
}
