// The kinds of refusals over HTTP: a real server with its store, tenants registered there, and a caller who takes the time.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPair } from "../../src/client/device.ts";
import { readKeyText } from "../../src/handshake/key-text.ts";
import { lowOrderPoints } from "../../src/handshake/low-order-points.ts";
import { beginSignIn, type SignIn } from "../../src/handshake/sign-in.ts";
import { writeToken } from "../../src/handshake/token-text.ts";
import { asBody } from "../../src/ports/handshake-contract/sample.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { Json } from "../../src/value/json.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";
import { startServe } from "../process/start-serve.ts";
import { bent, withMessage } from "./refusals.ts";

/** A tenant is refused so often at once before the server says to wait: `failuresByTenant`. */
const triesOfTenant = 10;
const randomness = new PooledEntropy();

export interface AskedOverHttp {
  readonly kind: string;
  /** Sends one; 401 is what must come. @param round from 0 */
  readonly send: (round: number) => Promise<void>;
}

export interface ServerOverHttp {
  readonly begins: readonly AskedOverHttp[];
  readonly confirms: readonly AskedOverHttp[];
  readonly stop: () => Promise<void>;
}

/** @param rounds tries of each kind that are to come */
export async function serveRefusals(rounds: number): Promise<ServerOverHttp> {
  const home = mkdtempSync(join(tmpdir(), "dispatched-refusals-"));
  const server = await startServe(home, { env: { DISPATCHED_TRUSTED_PROXIES: "127.0.0.1" } });
  let caller = 0;
  /** Each request comes from another address: failures are counted by it, too. */
  const post = (path: string, apiKey: string, body: string) => {
    caller++;
    const address = `10.${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller & 255}`;
    const headers = {
      "content-type": "application/json",
      "dispatched-key": apiKey,
      "x-forwarded-for": address,
    };
    return fetch(server.url + path, { method: "POST", headers, body });
  };
  const register = async (): Promise<SignIn> => {
    const { privateKey, publicKey } = generateKeyPair();
    const answer = await post("/api/tenants", "", JSON.stringify({ public_key: publicKey }));
    const made = (await answer.json()) as { readonly tenant: string; readonly api_key: string };
    const owner = { tenant: made.tenant as TenantId, generation: 1 };
    const terms = { origin: server.url, owner, purpose: "session" as const, apiKey: made.api_key };
    const pins = [bytesOf("server", server.key)];
    return { suite: nodeSuite, randomness, terms, privateKey: bytesOf("private", privateKey), pins };
  };
  const begins: AskedOverHttp[] = [];
  for (const [kind, bodyFor] of Object.entries(bodies)) {
    const devices: SignIn[] = [];
    for (let tries = 0; tries < rounds; tries += triesOfTenant) devices.push(await register());
    const prepared = devices.map((device) => ({
      apiKey: kind === "unknown API key" ? writeToken("key", randomness.bytes(32)) : device.terms.apiKey,
      body: JSON.stringify(bodyFor(device)),
    }));
    const send = async (round: number) => {
      const { apiKey, body } = prepared[Math.floor(round / triesOfTenant)] ?? { apiKey: "", body: "" };
      await refused(await post("/api/session", apiKey, body));
    };
    begins.push({ kind, send });
  }
  const device = await register();
  const confirming = async () => {
    const begun = beginSignIn(device);
    const answer = await post("/api/session", device.terms.apiKey, JSON.stringify(begun.body));
    const taken = begun.takeAnswer((await answer.json()) as Json);
    if (!taken.ok) throw new Error(`message 2 is not taken: ${taken.problem}`);
    return asBody(taken.next.body);
  };
  const [good, other, used] = [await confirming(), await confirming(), await confirming()];
  await (await post("/api/session/confirm", "", JSON.stringify(used))).arrayBuffer();
  const alter = (name: string, at: number) => ({
    ...good,
    [name]: bent(String(good[name]), (bytes) => bytes.fill(1, at, at + 4)),
  });
  const confirms = Object.entries({
    "altered salt of the cookie": alter("cookie", 4),
    "altered cookie": alter("cookie", 60),
    "another handshake's cookie": { ...good, cookie: other["cookie"] ?? "" },
    "altered message 3": alter("message", 4),
    "a confirmation of another form": { cookie: good["cookie"] ?? "" },
  }).map(([kind, body]) => {
    const text = JSON.stringify(body);
    return { kind, send: async () => refused(await post("/api/session/confirm", "", text)) };
  });
  const stop = async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { begins, confirms, stop };
}

async function refused(answer: Response): Promise<void> {
  await answer.arrayBuffer();
  if (answer.status !== 401) throw new Error(`${answer.status} where 401 must come`);
}

/** What a device sends that is refused. */
const bodies: Readonly<Record<string, (device: SignIn) => Json>> = {
  "altered message": (device) => withMessage(beginSignIn(device).body, (bytes) => bytes.fill(1, 40)),
  "altered ephemeral key": (device) => withMessage(beginSignIn(device).body, (bytes) => bytes.fill(1, 4, 8)),
  "low-order ephemeral key": (device) =>
    withMessage(beginSignIn(device).body, (bytes) => bytes.set(lowOrderPoints[2] ?? new Uint8Array(32))),
  "another device's key": (device) => beginSignIn({ ...device, privateKey: randomness.bytes(32) }).body,
  "another server key": (device) => {
    const pins = [nodeSuite.privateKey(randomness.bytes(32)).publicKey];
    return beginSignIn({ ...device, pins }).body;
  },
  "another origin": (device) =>
    beginSignIn({ ...device, terms: { ...device.terms, origin: "https://flaws.example" } }).body,
  "another purpose": (device) => ({ ...asBody(beginSignIn(device).body), purpose: "rotate" }),
  "another generation": (device) => {
    const owner = { ...device.terms.owner, generation: 9 };
    return beginSignIn({ ...device, terms: { ...device.terms, owner } }).body;
  },
  "recovery that is not set up": (device) =>
    beginSignIn({ ...device, terms: { ...device.terms, purpose: "recover" } }).body,
  "a body of another form": () => ({ purpose: "session" }),
  "unknown API key": (device) => beginSignIn(device).body,
};

function bytesOf(kind: "server" | "private", text: string): Uint8Array {
  const read = readKeyText(nodeSuite, kind, text);
  if (!read.ok) throw new Error(`${text} is no key`);
  return read.bytes;
}
