// A tenant who has one of each thing that the API and the command line can show, for tests of all operations.

import type { Client } from "../../src/client/client.ts";
import type { Device } from "../../src/client/device.ts";
import { makeGrant } from "../../src/client/grants.ts";
import type { RunResource } from "../../src/client/resources.ts";
import { signIn } from "../../src/client/sign-in.ts";
import type { ScriptedService } from "./scripted-service.ts";
import { ended, until } from "./until.ts";

/** Stands apart from the events of its run. */
const tooLarge = JSON.stringify({ text: "x".repeat(100_000) });
const waitingRuns = 8;

/** What a workflow has beyond its name, version and `http` trigger. */
const workflows = (address: string): Readonly<Record<string, string>> => ({
  quick: "labels: {who: ann}\nsteps: {a: {value: 1}}",
  asks: "steps: {a: {wait: {signal: go}}}",
  fails: `steps: {a: {request: {method: POST, url: "${address}/refuse"}}}`,
  keeps: 'steps: {a: {value: "{{ trigger.body }}"}}',
  listed: 'steps: {all: {strategy: {type: scatter, over: [1, 2, 3]}, value: "{{ item }}"}}',
  calls: `steps: {a: {request: {method: POST, url: "${address}/call", body: {to: "{{ callback.url }}"}}, wait: {show: {title: Yes or no?}}}}`,
  undone: `steps:
  a: {request: {method: POST, url: "${address}/do"}, compensate: {request: {method: POST, url: "${address}/refuse"}}}
  b: {after: [a], wait: {signal: go}}`,
});

export interface OneOfEach {
  readonly client: Client;
  readonly token: string;
  /** Ids of runs; those that wait do so for the signal `go`. */
  readonly runs: Readonly<
    Record<"ended" | "failed" | "listed" | "large" | "paused" | "half_undone" | "calling", string>
  > & { readonly waiting: readonly string[] };
  /** Number of a body of `runs.large`. */
  readonly body: string;
  /** Of a callback's address. */
  readonly callback: string;
  readonly hook: { readonly id: string; readonly token: string };
  readonly delivery: string;
  readonly item: string;
  readonly grant: string;
  readonly bulk: string;
  readonly signingSecret: string;
  /** Another than that of `token`. */
  readonly session: string;
}

/** @param service takes the calls of the runs, at `address` */
export async function makeOneOfEach(
  device: Device,
  service: ScriptedService,
  address: string,
): Promise<OneOfEach> {
  service.scripts.set("/refuse", () => [422, {}]);
  const { client: first } = await signIn(device);
  for (const [name, rest] of Object.entries(workflows(address))) {
    await first.putWorkflow(name, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${rest}\n`, "yaml");
  }
  const { grant } = await makeGrant(device, { workflow: "fails", triggers: ["hook"], days: 1 });
  const item = await itemOf(device, first);
  const { client, session } = await signIn(device);
  const token = await session.token();
  await client.putSecret("KEY", "a value of some length");
  await client.putHostRule("api.example.com", { concurrency: 4 });
  const hook = await client.createHook("quick");
  await client.sendToHook(hook.token, { body: "{}" });
  const { deliveries } = await client.listDeliveries(hook.id);
  const runs = await makeRuns(client);
  const { stored } = await client.getRun(runs.large);
  const bulk = await client.beginBulk("cancel", { workflow: "nothing" });
  const { id: signingSecret } = await client.createSigningSecret();
  await signIn(device);
  const { sessions } = await client.listSessions();
  const [asked] = service.of("/call");
  return {
    ...{ client, token, runs, item, grant, signingSecret },
    body: String(stored[0]?.body),
    callback: String(asked?.body["to"]).split("/").at(-1) ?? "",
    hook: { id: hook.id, token: hook.token },
    delivery: String(deliveries[0]?.id),
    bulk: bulk.id,
    session: String(sessions.find(({ current }) => !current)?.id),
  };
}

/** What came while nobody was signed in; an agent may sign in again at any moment. */
async function itemOf(device: Device, client: Client): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    await (tries === 0 ? client : (await signIn(device)).client).signOut(true);
    const answer = await fetch(`${device.url}/workflows/quick`, {
      method: "POST",
      headers: { "content-type": "application/json", "dispatched-key": device.apiKey },
      body: "{}",
    });
    const { item } = (await answer.json()) as { readonly item?: string };
    if (item !== undefined) return item;
  }
  throw new Error("the tenant is never signed out");
}

async function makeRuns(client: Client): Promise<OneOfEach["runs"]> {
  const start = async (name: string, body = "null") => (await client.startRun(name, { body })).run;
  const isWaiting = ({ status }: RunResource) => status === "waiting";
  const [quick, failed, listed, calling, paused, half_undone] = [
    await start("quick"),
    await start("fails"),
    await start("listed"),
    await start("calls"),
    await start("asks"),
    await start("undone"),
  ];
  const large = await start("keeps", tooLarge);
  const waiting = [];
  for (let count = 0; count < waitingRuns; count++) waiting.push(await start("asks"));
  for (const run of [quick, failed, listed, large]) await ended(client, run);
  for (const run of [calling, paused, half_undone]) await until(client, run, isWaiting);
  await client.pauseRun(paused);
  await client.cancelRun(half_undone, true);
  await until(client, half_undone, ({ compensation }) => compensation === "partial");
  return { ended: quick, failed, listed, large, paused, half_undone, calling, waiting };
}
