// The undici caller keeps the contract, over IPv4 and IPv6.

import { test } from "node:test";
import { callerContract } from "../../src/ports/caller-contract.ts";
import { contractService } from "./contract-service.ts";
import { withServer } from "./with-server.ts";

for (const host of ["127.0.0.1", "::1"]) {
  for (const { name, run } of callerContract) {
    test(`the undici caller ${name} (${host})`, async () => {
      await withServer(
        contractService(),
        ({ caller, port }) => {
          const baseUrl = host === "::1" ? `http://[::1]:${port}` : `http://localhost:${port}`;
          return run({ caller, baseUrl, deadUrl: "http://127.0.0.1:1", refusedUrl: "http://10.0.0.1" });
        },
        { host },
      );
    });
  }
}
