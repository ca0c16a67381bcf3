// The called service of the benchmark: answers every POST at once with a little JSON, by its path with a refusal.

import { createServer } from "node:http";

const server = createServer((request, response) => {
  request.on("data", () => {});
  request.on("end", () => {
    const body = `{"id":"ref_${Math.floor(Math.random() * 1e9)}","accepted":true,"note":"${"n".repeat(60)}"}`;
    const first = request.headers["dispatched-attempt"] === "1";
    const refused = request.url === "/refuse" || (request.url === "/refuse-first" && first);
    response.writeHead(refused ? (first && request.url !== "/refuse" ? 503 : 422) : 200, {
      "content-type": "application/json",
      "content-length": body.length,
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  console.log(`ready ${typeof address === "object" && address !== null ? address.port : ""}`);
});
