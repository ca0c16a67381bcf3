// The called service of the benchmark: answers every POST with a little JSON, at once and well unless its path asks otherwise.

import { createServer, type IncomingMessage } from "node:http";

const variedMsMax = 8;

/** `/refuse` always refuses, `/refuse-first` for now and only the first attempt. */
function statusOf({ url, headers }: IncomingMessage): number {
  if (url === "/refuse") return 422;
  return url === "/refuse-first" && headers["dispatched-attempt"] === "1" ? 503 : 200;
}

const server = createServer((request, response) => {
  request.on("data", () => {});
  request.on("end", () => {
    const body = `{"id":"ref_${Math.floor(Math.random() * 1e9)}","accepted":true,"note":"${"n".repeat(60)}"}`;
    const answer = () => {
      response.writeHead(statusOf(request), {
        "content-type": "application/json",
        "content-length": body.length,
      });
      response.end(body);
    };
    if (request.url === "/varied") setTimeout(answer, Math.random() * variedMsMax);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  console.log(`ready ${typeof address === "object" && address !== null ? address.port : ""}`);
});
