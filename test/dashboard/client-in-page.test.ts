// dispatched/client in a real browser, under a policy that lets no text become code and demands Trusted Types.

import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import { localSession } from "../process/local-session.ts";
import { root } from "../tidy/source-files.ts";
import { openPage } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";

const dev = devEngine();

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** What the page runs: it signs in by its keys, follows the list, and starts, signals and follows a run. */
const program = `
import { signIn } from "./src/client/index.ts";
globalThis.play = async (device) => {
  const { client } = await signIn(device);
  const text = "name: page\\nversion: 1\\ntriggers: [{type: http}]\\nsteps: {a: {wait: {signal: go}}}\\n";
  await client.putWorkflow("page", text, "yaml");
  const types = [];
  let run = "";
  for await (const change of client.followRuns({ workflow: "page" })) {
    types.push(change.type === "run" ? change.run.status : change.type);
    if (change.type === "reset") ({ run } = await client.startRun("page", { body: null }));
    else if (change.run.status === "completed") break;
    else if (change.run.status === "waiting") await client.sendSignal(run, "go", { body: "1" });
  }
  const events = [];
  for await (const { type } of client.followRun(run)) events.push(type);
  return { types, events };
};
// By a timer: what the debugger itself evaluates is let through.
globalThis.tryEval = () => new Promise((resolve) => setTimeout(() => {
  try { resolve((0, eval)("1")); } catch { resolve("refused"); }
}));
`;

test("a page with a strict policy signs in, follows its runs and one of them, and breaks no rule", async () => {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
  });
  const { page, context, assertClean } = await openPage(dev.browser(), dev.engine().url);
  const html =
    '<!doctype html><html lang="en"><title>Page</title><script type="module" src="/in-page.js"></script>';
  await page.route("**/in-page", (route) =>
    route.fulfill({ contentType: "text/html", headers: { "content-security-policy": policy }, body: html }),
  );
  await page.route("**/in-page.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: outputFiles[0]?.text ?? "" }),
  );
  await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
  const { entry } = localSession(dev.home);
  const device = {
    url: entry.url,
    tenant: entry.tenant,
    apiKey: entry.api_key,
    privateKey: entry.private_key,
    serverKeys: entry.server_keys,
  };
  await page.goto("/in-page");
  const played = (await page.evaluate(`globalThis.play(${JSON.stringify(device)})`)) as {
    readonly types: readonly string[];
    readonly events: readonly string[];
  };
  assert.equal(played.types[0], "reset");
  assert.equal(played.types.at(-1), "completed");
  assert.equal(played.events[0], "run.created");
  assert.equal(played.events.at(-1), "run.completed");
  assertClean();
  assert.equal(await page.evaluate("globalThis.tryEval()"), "refused", "the policy is in force");
  await context.close();
});
