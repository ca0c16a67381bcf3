// The samples of the guide in Go and PHP, as they stand there, over calls that a real engine signed, and over altered ones.
// Installs what is missing from Debian's packages, and ends with 1 when a language could not be tried.
//
// Usage: npm run verify-samples

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDev } from "../process/start-engine.ts";
import { type CapturedCall, captureCalls } from "./captured-calls.ts";
import { type Language, languages, whyMissing } from "./languages.ts";

interface Case {
  readonly what: string;
  readonly call: CapturedCall;
  readonly secrets: Readonly<Record<string, string>>;
  readonly now: number;
  readonly verifies: boolean;
}

type Captured = Awaited<ReturnType<typeof captureCalls>>;

/** A call with something changed that the signature covers. */
const changes: Readonly<Record<string, (call: CapturedCall) => CapturedCall>> = {
  method: (call) => ({ ...call, method: "PUT" }),
  path: (call) => ({ ...call, url: call.url.replace("/orders", "/refunds") }),
  query: (call) => ({ ...call, url: `${call.url}&n=2` }),
  host: (call) => ({ ...call, url: call.url.replace("127.0.0.1", "127.0.0.2") }),
  body: (call) => ({ ...call, body: Buffer.concat([call.body, Buffer.from(" ")]) }),
  "idempotency key": (call) => withHeader(call, "idempotency-key", "run_other/step"),
  digest: (call) => withHeader(call, "content-digest", "sha-256=:AAAA:"),
  "body with its digest": (call) => ({
    ...withHeader(call, "content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
    body: Buffer.alloc(0),
  }),
  signature: (call) =>
    withHeader(call, "signature", (call.headers["signature"] ?? "").replace(/=:../, "=:AA")),
  "list of what is covered": (call) => replaced(call, "signature-input", ' "idempotency-key"', ""),
  expiry: (call) => replaced(call, "signature-input", /expires=\d+/, "expires=9999999999"),
  algorithm: (call) => replaced(call, "signature-input", "hmac-sha256", "hmac-md5"),
  "no signature": (call) => withHeader(call, "signature", ""),
};

function withHeader(call: CapturedCall, name: string, value: string): CapturedCall {
  return { ...call, headers: { ...call.headers, [name]: value } };
}

function replaced(call: CapturedCall, name: string, what: string | RegExp, by: string): CapturedCall {
  return withHeader(call, name, (call.headers[name] ?? "").replaceAll(new RegExp(what, "g"), by));
}

/** In their order: one program judges all, and remembers what has come. */
function casesOf({ calls, first, second }: Captured): readonly Case[] {
  const [post, get, rotatedPost, rotatedGet] = calls;
  if (post === undefined || get === undefined || rotatedPost === undefined || rotatedGet === undefined) {
    throw new Error(`${calls.length} calls came, not 4`);
  }
  const [old, fresh] = [{ [first.id]: first.secret }, { [second.id]: second.secret }];
  const created = (call: CapturedCall) =>
    Number(/created=(\d+)/.exec(call.headers["signature-input"] ?? "")?.[1]);
  const judged = (what: string, call: CapturedCall, verifies: boolean, more: Partial<Case> = {}): Case => {
    return { what, call, secrets: old, now: created(call), verifies, ...more };
  };
  return [
    ...Object.entries(changes).map(([what, change]) => judged(`altered: ${what}`, change(post), false)),
    judged("five minutes and a second old", post, false, { now: created(post) + 301 }),
    judged("of a clock that is far ahead", post, false, { now: created(post) - 301 }),
    judged("by a secret that is not known", post, false, { secrets: { sgn_other: first.secret } }),
    judged("by another secret of that id", post, false, { secrets: { [first.id]: second.secret } }),
    judged("as it came, at the last second", post, true, { now: created(post) + 300 }),
    judged("repeated", post, false),
    judged("without a body", get, true),
    judged("without a body, repeated", get, false),
    judged("of two signatures the old one is known", rotatedPost, true),
    judged("the same under its other secret", rotatedPost, false, { secrets: fresh }),
    judged("of two signatures the new one is known", rotatedGet, true, { secrets: fresh }),
  ];
}

/** What was judged wrongly. */
function judge(language: Language, cases: readonly Case[], folder: string): readonly string[] {
  const page = readFileSync(join(import.meta.dirname, "../../docs/guides/verify-requests.md"), "utf8");
  const sample = new RegExp(`\`\`\`${language.name}\\n(.*?)\`\`\``, "s").exec(page)?.[1];
  if (sample === undefined) return ["the guide has no sample"];
  const [command = "", ...args] = language.prepare(folder, sample);
  const lines = cases.map(({ call, secrets, now }) => {
    const body = Buffer.from(call.body).toString("base64");
    return JSON.stringify({ ...call, body, secrets, now });
  });
  const { stdout, stderr } = spawnSync(command, args, { input: `${lines.join("\n")}\n`, encoding: "utf8" });
  const verdicts = stdout.trim().split("\n");
  const wrong = cases.flatMap(({ what, verifies }, index) => {
    return verdicts[index] === String(verifies) ? [] : [`${what}: ${verdicts[index]}`];
  });
  return stderr === "" ? wrong : [...wrong, stderr];
}

const home = mkdtempSync(join(tmpdir(), "dispatched-verify-samples-"));
const engine = await startDev(home);
let failed = 0;
try {
  const cases = casesOf(await captureCalls(engine));
  for (const language of languages) {
    const missing = whyMissing(language);
    if (missing !== null) {
      failed++;
      console.log(`NOT RUN ${language.name}: ${missing}`);
      continue;
    }
    const folder = join(home, language.name);
    mkdirSync(folder);
    const wrong = judge(language, cases, folder);
    failed += wrong.length;
    for (const line of wrong) console.log(`WRONG ${language.name}: ${line}`);
    console.log(`${language.name}: ${cases.length} calls, ${wrong.length} judged wrongly`);
  }
} finally {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
}
console.log(failed === 0 ? "passed" : "FAILED");
process.exit(failed === 0 ? 0 : 1);
