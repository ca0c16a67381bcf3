// Plays an example of the documentation on a real engine, and compares what the page says with what happens.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunResource } from "../../src/client/resources.ts";
import { misfitsOf } from "../process/documented-events.ts";
import { ExampleService, type ServiceRule } from "../process/example-service.ts";
import { localSession } from "../process/local-session.ts";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";
import type { Answer, Block, Example, Setting } from "./examples-of.ts";

const root = join(import.meta.dirname, "../..");

export interface Stage {
  readonly engine: EngineUnderTest;
  readonly home: string;
}

interface Play extends Stage {
  readonly example: Example;
  readonly services: ExampleService;
  /** Where the workflows lie as files, and what their texts are here. */
  readonly folder: string;
  readonly texts: readonly string[];
  /** Id of the run that is looked at, once there is one. */
  run: string;
  /** What the caller was answered, where one waits. */
  answer: { readonly status: number; readonly headers: Headers; readonly body: string } | null;
  printed: string;
}

export async function playExample(stage: Stage, example: Example): Promise<void> {
  const services = new ExampleService(rulesOf(example.setting));
  const address = await services.start();
  try {
    const folder = join(stage.home, example.name.replaceAll(/\W+/g, "-"));
    mkdirSync(folder);
    const texts = example.workflows.map((block) => textOf(block, example, address));
    const play: Play = { ...stage, example, services, folder, texts, run: "", answer: null, printed: "" };
    for (const text of texts) writeFileSync(join(folder, `${nameOf(text)}.yaml`), text);
    if (example.workflows[0]?.info === "yaml refused") await validate(play);
    else await begin(play);
    for (const [index, block] of example.blocks.entries()) {
      await follow(play, block, example.blocks[index + 1]?.info === "text");
    }
    await checkEnd(play);
  } finally {
    services.stop();
  }
}

function rulesOf({ services = {} }: Setting): readonly ServiceRule[] {
  return Object.entries(services).flatMap(([line, given]) => {
    const [method = "", path = ""] = line.split(" ");
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    return list.map((one, index) => {
      const last = index === list.length - 1;
      return { method, path, ...answerOf(one), ...(last ? {} : { times: 1 }) };
    });
  });
}

/** `503`, `201 {"id": 1}`, or an answer in full. */
function answerOf(given: unknown): Answer {
  if (typeof given === "object") return given as Answer;
  const [, status, body] = /^(\d{3})(?: (.*))?$/s.exec(String(given)) ?? [];
  assert.ok(status !== undefined, `${given} is no answer`);
  return { status: Number(status), ...(body === undefined ? {} : { body: JSON.parse(body) }) };
}

function textOf({ info, text }: Block, { name, setting }: Example, address: string): string {
  const indented = text.replaceAll(/^(?=.)/gm, "  ");
  const wrapped = `name: ${partName(name)}
version: 1
triggers: [{type: http}]
defaults: {base_url: "https://shop.example.com"}
steps:
${indented}`;
  let given = info === "yaml steps" ? wrapped : text;
  for (const [long, short] of Object.entries(setting.replace ?? {})) {
    given = given.replaceAll(long, short);
  }
  return given.replaceAll(/https:\/\/[\w.]*example\.com/g, address);
}

function partName(name: string): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return words.slice(0, 60).replace(/^-|-$/g, "");
}

function nameOf(text: string): string {
  return /^name: (\S+)/m.exec(text)?.[1] ?? "nameless";
}

async function begin(play: Play): Promise<void> {
  const { engine, example, texts } = play;
  const { setting } = example;
  for (const [name, value] of Object.entries(setting.secrets ?? {}))
    await engine.client.putSecret(name, value);
  // A reader who is shown how to store it does.
  if (!example.blocks.some(({ info, text }) => info === "sh" && text.includes("workflow put"))) {
    for (const text of texts) await engine.client.putWorkflow(nameOf(text), text, "yaml");
  }
  if (setting.starts === "shell") return;
  if (setting.starts === undefined) await start(play);
  for (const event of setting.events ?? []) {
    const attributes = { specversion: "1.0", id: crypto.randomUUID(), source: "/shop" };
    await engine.client.putEvent(JSON.stringify({ ...attributes, ...event }));
  }
  if (setting.starts !== undefined) play.run = await startedRun(play);
  for (const { name, body } of setting.signals ?? []) {
    await engine.client.sendSignal(play.run, name, { body: JSON.stringify(body ?? null) });
  }
}

async function start(play: Play): Promise<void> {
  const { engine, example, texts } = play;
  const workflow = nameOf(texts[0] ?? "");
  // A later version of it may be stored, too.
  const version = /^version: (\d+)/m.exec(texts[0] ?? "")?.[1];
  const body = example.blocks.find(({ info }) => info === "json body")?.text ?? "null";
  if (!example.blocks.some(({ info }) => info === "http answer")) {
    play.run = (await engine.client.startRun(workflow, { body, version })).run;
    return;
  }
  const headers = { "dispatched-session": engine.token, "content-type": "application/json" };
  const url = `${engine.url}/workflows/${workflow}?version=${version}`;
  const answer = await fetch(url, { method: "POST", headers, body });
  play.answer = { status: answer.status, headers: answer.headers, body: await answer.text() };
  play.run = answer.headers.get("dispatched-run") ?? "";
}

/** The newest run of the example's workflow, as soon as there is one. */
async function startedRun({ engine, texts, example }: Play): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const { runs } = await engine.client.listRuns({ workflow: nameOf(texts[0] ?? "") });
    if (runs[0] !== undefined) return runs[0].id;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${example.name}: no run was started`);
}

async function validate(play: Play): Promise<void> {
  const { printed } = await shell(play, `dispatched workflow validate ${nameOf(play.texts[0] ?? "")}.yaml`);
  play.printed = printed;
}

/** @param shown whether the page shows what the block prints; where it does not, it is to end well */
async function follow(play: Play, block: Block, shown: boolean): Promise<void> {
  switch (block.info) {
    case "sh":
      if (play.run !== "") await settled(play);
      await enter(play, shell(play, shown ? block.text : `set -e\n${block.text}`), shown);
      if (play.run === "") play.run = await startedRun(play);
      play.run = /^(run_\w+) {2}goes again/m.exec(play.printed)?.[1] ?? play.run;
      break;
    case "ts":
      await enter(play, program(play, block.text), shown);
      play.run = await startedRun(play);
      break;
    case "text":
      assert.equal(plain(play.printed), plain(block.text));
      break;
    case "http":
      await until(play.engine.client, play.run, (run) => run.ended_at !== null || hasCome(play, block.text));
      assert.ok(hasCome(play, block.text), wasAsked(play, block.text));
      break;
    case "http answer":
      checkAnswer(play, block.text);
      break;
    case "json output": {
      const run = await ended(play.engine.client, play.run);
      assert.deepEqual(run.output, JSON.parse(block.text), JSON.stringify(run, null, 1));
      break;
    }
  }
}

async function enter(play: Play, done: Promise<Printed>, shown: boolean): Promise<void> {
  const { printed, ok } = await done;
  assert.ok(shown || ok, `${play.example.name}: ${printed}`);
  play.printed = printed;
}

/** As far as the run comes without anybody. */
function settled({ engine, run }: Play): Promise<RunResource> {
  const moving = new Set(["queued", "running", "compensating"]);
  return until(engine.client, run, ({ status }) => !moving.has(status));
}

interface Printed {
  readonly printed: string;
  readonly ok: boolean;
}

function shell(
  { home, engine, folder, run, services }: Play,
  script: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  const env = {
    ...process.env,
    PATH: `${join(root, "bin")}:${process.env["PATH"]}`,
    DISPATCHED_HOME: home,
    NO_COLOR: "1",
    URL: engine.url,
    TOKEN: engine.token,
    RUN: run,
    LINK: linkOf(services),
    ...more,
  };
  return new Promise((resolve) => {
    execFile("bash", ["-c", `exec 2>&1\n${script}`], { cwd: folder, env }, (error, printed) =>
      resolve({ printed, ok: error === null }),
    );
  });
}

function program(play: Play, text: string): Promise<Printed> {
  const here = text
    .replaceAll('"./src/', `"${root}/src/`)
    .replaceAll('"dispatched/client"', `"${root}/src/client/index.ts"`)
    .replaceAll("http://127.0.0.1:4000", play.engine.url);
  writeFileSync(join(play.folder, "program.ts"), here);
  const { entry } = localSession(play.home);
  return shell(play, `${process.execPath} program.ts`, {
    DISPATCHED_URL: entry.url,
    DISPATCHED_TENANT: entry.tenant,
    DISPATCHED_API_KEY: entry.api_key,
    DISPATCHED_PRIVATE_KEY: entry.private_key,
    DISPATCHED_SERVER_KEY: entry.server_keys.join(),
  });
}

/** The address of a callback that the services got last. */
function linkOf({ requests }: ExampleService): string {
  return /http[^"]*\/callbacks\/[^"]*/.exec(requests.at(-1)?.body ?? "")?.[0] ?? "";
}

/** Ids, durations, times and addresses are another each time. */
export function plain(text: string): string {
  return text
    .replaceAll(/https?:\/\/(127\.0\.0\.1:\d+|[\w.]*example\.com)/g, "ADDRESS")
    .replaceAll(/run_0[0-9a-z…]+/g, "run_…")
    .replaceAll(/blk_0[0-9a-z…]+/g, "blk_…")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "T")
    .replaceAll(/\d+(\.\d+)? (ms|s|min)\b/g, "N s")
    .replaceAll(/ +$/gm, "")
    .trim();
}

/** A request stands as in HTTP; further headers are not compared, and `…` is anything. */
function hasCome({ services }: Play, text: string): boolean {
  const { first, headers, body } = messageOf(text);
  return services.requests.some(
    (request) =>
      request.line === first &&
      headers.every(([name, value]) => isLike(String(request.headers[name] ?? ""), value)) &&
      (body === "" || sameBody(request.body, body)),
  );
}

function wasAsked({ services }: Play, text: string): string {
  return `the services got\n${JSON.stringify(services.requests, null, 1)}\nand not\n${text}`;
}

function checkAnswer({ answer }: Play, text: string): void {
  const { first, headers, body } = messageOf(text);
  assert.ok(answer !== null);
  assert.equal(String(answer.status), first, answer.body);
  for (const [name, value] of headers) {
    assert.ok(isLike(answer.headers.get(name) ?? "", value), `${name}: ${answer.headers.get(name)}`);
  }
  if (body !== "") assert.ok(sameJson(answer.body, body), answer.body);
}

function messageOf(text: string) {
  const [head = "", ...rest] = text.replaceAll(/run_0[0-9a-z…]+/g, "…").split("\n\n");
  const body = rest.join("\n\n");
  const [line = "", ...lines] = head.trim().split("\n");
  const first = line.replace(/^HTTP\/1\.1 (\d+).*/, "$1").replace(/ HTTP\/1\.1$/, "");
  const headers = lines.map((line) => {
    const [name = "", ...value] = line.split(": ");
    return [name.toLowerCase(), value.join(": ")] as const;
  });
  return { first, headers, body: body.trim() };
}

/** JSON by its meaning, anything else by its lines. */
function sameBody(found: string, expected: string): boolean {
  if (/^[[{]/.test(expected)) return sameJson(found, expected);
  return isLike(found.replaceAll("\r\n", "\n").trim(), expected);
}

/** `…` in a text of the expected JSON is anything. */
function sameJson(found: string, expected: string): boolean {
  return isLike(JSON.stringify(JSON.parse(found)), JSON.stringify(JSON.parse(expected)));
}

export function isLike(found: string, expected: string): boolean {
  const pieces = expected.split("…").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pieces.join(".*")}$`, "s").test(found);
}

async function checkEnd({ engine, example, services, run: id }: Play): Promise<void> {
  const { setting, blocks } = example;
  const { status, step, code, compensation, output, asked } = setting;
  const completes = blocks.some(({ info }) => info === "json output") || output !== undefined;
  const expected = status ?? (completes ? "completed" : null);
  if (expected !== null) {
    const run = await until(
      engine.client,
      id,
      (found) =>
        found.status === expected && (compensation === undefined || found.compensation === compensation),
    );
    const told = JSON.stringify(run, null, 1);
    if (step !== undefined) assert.equal(run.error?.step, step, told);
    if (code !== undefined) assert.equal(run.error?.code, code, told);
    if (output !== undefined) assert.deepEqual(run.output, output, told);
  }
  if (asked !== undefined) assert.deepEqual(services.asked, asked);
  if (id !== "") assert.deepEqual(misfitsOf(await allEvents(engine.client, id)), []);
}
