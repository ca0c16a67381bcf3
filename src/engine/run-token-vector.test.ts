// A run token is, byte for byte, what docs/reference/sealed-format.md says and shows.

import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bytesOfId, type RunId, type TenantId } from "../value/id.ts";
import { EngineKeys } from "../vault/engine-keys.ts";
import { EngineVault } from "../vault/engine-vault.ts";
import type { EnginePorts } from "./ports.ts";
import { createRunKey } from "./run-log.ts";
import { mintRunToken } from "./run-token.ts";

const tenant = "ten_01jzxw3v00e1r70w3ge1r70w3g" as TenantId;
const run = "run_01jzxw3v000g40r40m30e20918" as RunId;
const hour = 480_000;
const [keyId, dataKey] = [Buffer.alloc(8, 0x11), Buffer.alloc(32, 0x22)];

/** Each led by its length in bytes as a 32-bit number; a version is 8 bytes. */
function fields(...values: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** By the page alone. */
function tokenByThePage(): string {
  const key = Buffer.from(hkdfSync("sha256", dataKey, "engine", "dispatched/v1/code", 32));
  const place = fields("dispatched/v1/code", tenant, "run", "key", run, Buffer.alloc(8), keyId, "");
  const code = createHmac("sha256", key).update(place).update(`run-token ${hour}`).digest().subarray(0, 16);
  return `dst_run_${Buffer.concat([bytesOfId(tenant), code]).toString("base64url")}`;
}

test("the token of the page's vector is what the page says, and what the engine makes", () => {
  const drawn = [keyId, dataKey];
  const entropy = { bytes: (count: number) => new Uint8Array(drawn.shift() ?? Buffer.alloc(count)) };
  const secrets = { epoch: 0, chain: new Uint8Array(32).fill(1), integrity: new Uint8Array(32).fill(2) };
  const vault = new EngineVault(new EngineKeys(secrets, () => {}), entropy);
  vault.unlock(tenant, { generation: 1, sealKey: null, check: null }, new Uint8Array(32).fill(3));
  const { key } = createRunKey(vault, tenant, run, { attended: true, under: null });
  const ports = { vault, clock: { now: () => hour * 3_600_000 + 5 } } as unknown as EnginePorts;
  const token = mintRunToken(ports, { tenant, run, key });
  assert.equal(token, tokenByThePage());
  const page = readFileSync(new URL("../../docs/reference/sealed-format.md", import.meta.url), "utf8");
  for (const text of [tenant, run, `${hour}`, token]) assert.ok(page.includes(text), text);
});
