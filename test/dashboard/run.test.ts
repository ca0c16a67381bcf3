// The page of a run: for failures of twenty kinds the verdict names step, attempt and cause; each action does what it says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { ScriptedService } from "../process/scripted-service.ts";
import { until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";
import { held } from "./held.ts";
import { picture } from "./picture.ts";

const service = new ScriptedService();
let address: string;

const hasEnded = ({ ended_at }: { readonly ended_at: string | null }) => ended_at !== null;

const dev = devEngine({}, async () => {
  address = await service.start();
  service.scripts.set("/slow", () => new Promise((resolve) => setTimeout(() => resolve([200, {}]), 3_000)));
  for (const status of [400, 401, 404, 409, 422, 429, 500, 503]) {
    service.scripts.set(`/${status}`, () => [status, { error: `canary ${status}` }]);
  }
  service.scripts.set("/each", ({ body }) => [body["n"] === 2 ? 422 : 200, { n: body["n"] }]);
  service.scripts.set("/list", () => [200, { count: "many" }]);
});
after(() => service.stop());

async function put(name: string, steps: string): Promise<void> {
  const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${steps}\n`;
  await dev.engine().client.putWorkflow(name, text, "yaml");
}

async function start(name: string, body = "null"): Promise<string> {
  return (await dev.engine().client.startRun(name, { body })).run;
}

const call = (path: string, rest = "") =>
  `{request: {method: POST, url: "${address}${path}", body: {a: 1}}${rest}}`;
const quick = ", retry: {max: 2, delay: 1ms, jitter: none}";

/** What must be named: step, attempt, a part of the cause. */
interface Failing {
  readonly name: string;
  readonly steps: string;
  readonly step: string | null;
  readonly attempt: number | null;
  readonly cause: RegExp;
  readonly act?: (run: string) => Promise<unknown>;
}

function failures(): readonly Failing[] {
  const one = (name: string, step: string, attempt: number | null, cause: RegExp): Failing => ({
    name,
    steps: `steps: {first: {value: 1}, bad: ${step.startsWith("{") ? step.replace("{", "{after: [first], ") : step}}`,
    step: "bad",
    attempt,
    cause,
  });
  return [
    one(
      "refused",
      `{request: {method: GET, url: "http://127.0.0.1:1/"}, retry: {max: 0}}`,
      1,
      /connect|refused/i,
    ),
    one("timeout", call("/slow", ", response: {timeout: 100ms}"), 1, /time/i),
    ...[400, 401, 404, 409, 422].map((status) =>
      one(`status-${status}`, call(`/${status}`), 1, new RegExp(`${status}`)),
    ),
    ...[500, 503, 429].map((status) =>
      one(`again-${status}`, call(`/${status}`, quick), 3, new RegExp(`${status}.*3 attempts`)),
    ),
    one(
      "schema",
      call("/list", `, response: {schema: {type: object, properties: {count: {type: integer}}}}`),
      1,
      /count|schema|fit/i,
    ),
    one("expression", `{value: "x {{ trigger.body.none }}"}`, null, /null/i),
    one("late-url", `{request: {method: GET, url: "{{ trigger.body.none }}"}}`, null, /url|null/i),
    one(
      "secret",
      `{request: {method: GET, url: "${address}/x", headers: {x: "{{ secrets.MISSING }}"}}}`,
      1,
      /MISSING|secret/i,
    ),
    one("wait", `{wait: {signal: never, timeout: 50ms}}`, null, /time|came/i),
    {
      name: "item",
      steps: `steps: {each: {request: {method: POST, url: "${address}/each", body: {n: "{{ item }}"}}, strategy: {type: fan_out, over: [0, 1, 2, 3]}}}`,
      ...{ step: "each[2]", attempt: 1, cause: /422/ },
    },
    {
      name: "child",
      steps: "steps: {inner: {workflow: {name: status-422}}}",
      step: "bad",
      attempt: 1,
      cause: /422/,
    },
    {
      name: "cancelled",
      steps: "steps: {hold: {wait: {signal: go}}}",
      ...{ step: null, attempt: null, cause: /cancelled/ },
      act: async (run) => dev.engine().client.cancelRun(run, true),
    },
    {
      name: "undo",
      steps: `steps: {paid: ${call("/ok", `, compensate: {request: {method: POST, url: "${address}/500"}, retry: {max: 0}}`)}, bad: ${call("/422").replace("{", "{after: [paid], ")}}`,
      ...{ step: "bad", attempt: 1, cause: /422/ },
    },
    {
      name: "run-timeout",
      steps: "timeout: 60ms\nsteps: {hold: {wait: {signal: go}}}",
      step: null,
      attempt: null,
      cause: /timeout/,
    },
  ];
}

async function verdictOf(page: Page, run: string): Promise<string> {
  await page.goto(`/runs/${run}`);
  const verdict = page.getByRole("region", { name: "Verdict" });
  await verdict.locator("[data-verdict]").waitFor();
  return verdict.innerText();
}

test("for twenty failures the verdict names the step, the attempt and the cause", async () => {
  const { page, context, assertClean } = await dev.open("/runs");
  const all = failures();
  assert.ok(all.length >= 20);
  for (const { name, steps } of all) await put(name, steps);
  for (const { name, step, attempt, cause, act } of all) {
    const run = await start(name);
    if (act !== undefined) {
      await until(dev.engine().client, run, ({ status }) => status === "waiting");
      await act(run);
    }
    await until(dev.engine().client, run, hasEnded);
    const text = await verdictOf(page, run);
    assert.match(text, cause, `${name}: ${text}`);
    if (step !== null) assert.ok(text.includes(step), `${name}: ${text}`);
    if (attempt !== null) assert.ok(text.includes(`attempt ${attempt}`), `${name}: ${text}`);
    if (name === "item") await page.getByRole("complementary", { name: "Step each[2]" }).waitFor();
    if (name === "undo") assert.match(text, /could not be undone: paid/);
  }
  assertClean();
  await context.close();
});

test("a failed run is opened at the failing attempt: its request, answer, attempts and the command of it", async () => {
  await put(
    "broken",
    `labels: {order: "{{ trigger.body.order }}"}
steps:
  charge: ${call("/503", `${quick}, compensate: {request: {method: POST, url: "${address}/refund"}}`)}
  mail: ${call("/ok").replace("{", "{after: [charge], ")}`,
  );
  const run = await start("broken", '{"order": 7}');
  await until(dev.engine().client, run, hasEnded);
  for (const look of [{ theme: "light" }, { theme: "dark" }, { phone: true }] as const) {
    const name = "phone" in look ? "phone" : look.theme;
    const path = `/runs/${run}`;
    const { page, context, assertClean } = await dev.open(path, look);
    await page.getByRole("region", { name: "Verdict" }).getByText("charge").first().waitFor();
    if (name === "phone") {
      await picture(page, `run-${name}`);
      await page
        .getByRole("region", { name: "Steps" })
        .getByRole("button", { name: /charge/ })
        .click();
    }
    const panel = page.getByRole("complementary", { name: "Step charge" });
    await panel.getByText("the service answered 503").first().waitFor();
    await page.waitForTimeout(300);
    await assertAccessible(page);
    await picture(page, name === "phone" ? `run-${name}-step` : `run-${name}`);
    await panel.getByRole("tab", { name: "Request" }).click();
    await panel.getByText("curl -g -X 'POST'").waitFor();
    assert.doesNotMatch(await panel.innerText(), /idempotency-key:|signature-input/i);
    await panel.getByRole("tab", { name: "Attempts" }).click();
    await panel.getByRole("button", { name: /Attempt 2/ }).click();
    assert.match(page.url(), /step=charge.*attempt=2/);
    await panel.getByText("canary 503").waitFor();
    if (name !== "phone") {
      await page.getByRole("tab", { name: "Timeline" }).click();
      await page.locator("[data-kind=retry]").first().waitFor();
      assert.equal(await page.locator("[data-kind=service][data-attempt]").count(), 3);
      await picture(page, `run-timeline-${name}`);
    }
    assertClean();
    await context.close();
  }
});

test("signal, pause, resume, cancel: each is done by the engine, and the page shows what it says", async () => {
  await put(
    "asks",
    `steps:
  ask: {wait: {signal: approve, timeout: 1h, schema: {type: object, required: [ok], properties: {ok: {type: boolean}, by: {type: string}, sum: {type: integer}}}}}
  then: {after: [ask], value: "{{ steps.ask.output }}"}
output: "{{ steps.then.output }}"`,
  );
  const run = await start("asks");
  const path = `/runs/${run}`;
  const { page, context, assertClean } = await dev.open(path);
  const actions = page.getByRole("toolbar", { name: "Actions" });
  await actions.getByRole("button", { name: "Pause" }).click();
  await until(dev.engine().client, run, ({ status }) => status === "paused");
  await actions.getByRole("button", { name: "Resume" }).click();
  await until(dev.engine().client, run, ({ status }) => status === "waiting");
  await actions.getByRole("button", { name: "Signal" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a signal" });
  await dialog.getByRole("button", { name: "Send approve" }).click();
  await dialog.getByText("ok is needed").waitFor();
  await dialog.getByRole("radio", { name: "true" }).check();
  await dialog.getByLabel("by", { exact: true }).fill("Ada");
  const json = dialog.getByRole("textbox", { name: "What is sent" });
  await json.fill('{\n  "ok": true,\n  by: "Ada"\n}');
  await dialog.getByText(/line 3, column 3/).waitFor();
  // Neither is a double: each of the two ways must keep its digits.
  await json.fill('{"ok": true, "by": "Ada", "sum": 9007199254740993, "more": 12345678901234567891}');
  assert.equal(await dialog.getByLabel("sum").inputValue(), "9007199254740993");
  await dialog.getByLabel("sum").fill("9007199254740995");
  await page.waitForTimeout(100);
  await assertAccessible(page);
  await picture(page, "run-signal");
  await dialog.getByRole("button", { name: "Send approve" }).click();
  await dialog.waitFor({ state: "detached" });
  const ended = await until(dev.engine().client, run, hasEnded);
  assert.deepEqual(
    [ended.status, ended.output],
    ["completed", { ok: true, by: "Ada", sum: 9007199254740995n, more: 12345678901234567891n }],
  );
  await page.getByRole("region", { name: "Verdict" }).getByText("completed after").waitFor();
  const other = await start("asks");
  await page.goto(`/runs/${other}`);
  await actions.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await until(dev.engine().client, other, ({ status }) => status === "cancelled");
  await page.getByRole("region", { name: "Verdict" }).getByText("it was cancelled").waitFor();
  assertClean();
  await context.close();
});

test("a rerun tells which items run again; an event opens whole, by the keyboard, and has an address", async () => {
  const bad: readonly unknown[] = [1, 4, 5];
  service.scripts.set("/pick", ({ body }) => [bad.includes(body["n"]) ? 422 : 200, { n: body["n"] }]);
  await put(
    "picks",
    `steps: {each: {request: {method: POST, url: "${address}/pick", body: {n: "{{ item }}"}}, strategy: {type: fan_out, over: [0, 1, 2, 3, 4, 5, 6], min_success: 7}}}`,
  );
  const run = await start("picks");
  await until(dev.engine().client, run, hasEnded);
  const path = `/runs/${run}`;
  const { page, context, assertClean } = await dev.open(path);
  await page.getByRole("toolbar", { name: "Actions" }).getByRole("button", { name: "Rerun" }).click();
  const dialog = page.getByRole("dialog", { name: "Run again" });
  await dialog.getByText("3 of 7 items: 1, 4–5").waitFor();
  await dialog.getByText("POST 127.0.0.1").waitFor();
  await dialog.getByLabel("each", { exact: true }).check();
  await dialog.getByText("7 of 7 items: 0–6").waitFor();
  await dialog.getByText("POST 127.0.0.1").waitFor();
  await dialog.getByLabel("each", { exact: true }).uncheck();
  await dialog.getByText("3 of 7 items: 1, 4–5").waitFor();
  await assertAccessible(page);
  await picture(page, "run-again-items");
  const asked = service.of("/pick").length;
  await dialog.getByRole("button", { name: "Run again" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(run));
  const made = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await until(dev.engine().client, made, hasEnded);
  const again = service.of("/pick").slice(asked);
  assert.deepEqual(again.map(({ body }) => body["n"]).toSorted(), bad);
  await page.goto(`${path}?event=2`);
  const event = page.getByRole("dialog", { name: "Event 2" });
  const recorded = await dev.engine().client.getEvent(run, 2);
  await event.getByText(recorded?.type ?? "", { exact: true }).waitFor();
  await event.getByRole("button", { name: "Earlier" }).click();
  const first = page.getByRole("dialog", { name: "Event 1" });
  await first.getByText("run.created", { exact: true }).waitFor();
  await first.getByText('"workflow": "picks"').waitFor();
  assert.equal(await first.getByRole("button", { name: "Earlier" }).getAttribute("title"), "It is the first");
  await assertAccessible(page);
  await picture(page, "run-event");
  await page.keyboard.press("Escape");
  await first.waitFor({ state: "detached" });
  const row = page.locator("[data-seq]").last();
  const seq = await row.getAttribute("data-seq");
  await row.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: `Event ${seq}` }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("event"), seq);
  await page.goto(`${path}?event=999`);
  await page.getByText("There is no event 999 in the log of this run.").waitFor();
  assertClean();
  await context.close();
});

test("rerun and retry tell what they would do, and do it; evaluate and export read", async () => {
  await put(
    "again",
    `steps:\n  a: ${call("/a")}\n  b: ${call("/409").replace("{", "{after: [a], ")}\noutput: "{{ trigger.body.who }}"`,
  );
  const run = await start("again", '{"who": "canary"}');
  await until(dev.engine().client, run, hasEnded);
  service.scripts.set("/409", () => [200, { fine: true }]);
  const path = `/runs/${run}`;
  const { page, context, assertClean } = await dev.open(path);
  const actions = page.getByRole("toolbar", { name: "Actions" });
  const pause = actions.getByRole("button", { name: /Pause/ });
  assert.equal(await pause.getAttribute("title"), "The run has ended");
  await actions.getByRole("button", { name: "Evaluate" }).click();
  const evaluate = page.getByRole("dialog", { name: "Evaluate over this run" });
  await evaluate.getByLabel("Expression").fill("trigger.body.who");
  await evaluate.getByRole("button", { name: "Evaluate", exact: true }).click();
  await evaluate.getByText('"canary"').waitFor();
  await page.keyboard.press("Escape");
  await actions.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download redacted" }).click(),
  ]);
  const file = readFileSync(await download.path(), "utf8");
  assert.ok(!file.includes("canary") && JSON.parse(file).redacted === true);
  await actions.getByRole("button", { name: "Rerun" }).click();
  const dialog = page.getByRole("dialog", { name: "Run again" });
  const told = dialog.getByRole("region", { name: "What would happen" });
  await told.getByText("1 outcome is reused").waitFor();
  const preview = await held(page, "**/rerun?preview=true");
  await dialog.getByLabel("a", { exact: true }).check();
  await dialog.getByTitle("What would happen is being asked").waitFor();
  await preview.release();
  await told.getByText("2 steps run again").waitFor();
  assert.match(await told.innerText(), /POST 127\.0\.0\.1/);
  await dialog.getByLabel("Input").fill('{"who": "another"}');
  await page.waitForTimeout(100);
  await assertAccessible(page);
  await picture(page, "run-again");
  await dialog.getByRole("button", { name: "Run again" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(run));
  const made = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const ended = await until(dev.engine().client, made, hasEnded);
  assert.deepEqual([ended.rerun_of, ended.status, ended.output], [run, "completed", "another"]);
  await page.goto(path);
  await actions.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("dialog", { name: "Retry what failed" }).getByText("1 step runs again").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Retry", exact: true }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(run));
  assertClean();
  await context.close();
});
