// Many followers of many runs over a crash of the engine: what each was told, and in which order.

import { get, type IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const waits = ["one", "two", "three"] as const;
const document = `name: followed
version: 1
triggers: [{type: http}]
steps:
  one: {wait: {signal: one}}
  two: {after: [one], wait: {signal: two}}
  three: {after: [two], wait: {signal: three}}
  all: {after: [three], strategy: {type: scatter, over: [1, 2, 3]}, value: "{{ item }}"}
`;

export interface Followed {
  readonly run: string;
  /** Numbers of the events as they came, over all connections. */
  readonly seqs: number[];
  connections: number;
}

export interface Outcome {
  readonly followers: readonly Followed[];
  /** Number of the last event of each run. */
  readonly lastSeqs: ReadonlyMap<string, number>;
}

/** Where the engine is now: it comes back at another port. */
export interface Place {
  engine: EngineUnderTest;
}

/** Kills the engine in the midst of it, and starts it again over the same data. */
export async function followThroughCrash(
  home: string,
  runs: number,
  followersOfEach: number,
): Promise<Outcome> {
  const place: Place = { engine: await startDev(home) };
  try {
    await place.engine.client.putWorkflow("followed", document, "yaml");
    const ids = [];
    for (let n = 0; n < runs; n++) {
      ids.push((await place.engine.client.startRun("followed", { body: null })).run);
    }
    const followers = ids.flatMap((run) =>
      Array.from({ length: followersOfEach }, (): Followed => ({ run, seqs: [], connections: 0 })),
    );
    const done = followers.map((follower) => followUntilEnded(place, follower));
    await until(() => followers.every(({ seqs }) => seqs.length > 0));
    await signalAll(place, ids.slice(0, ids.length / 2), "one");
    place.engine.child.kill("SIGKILL");
    await place.engine.ended;
    place.engine = await startDev(home);
    for (const name of waits) await signalAll(place, ids, name);
    await Promise.all(done);
    const lastSeqs = new Map<string, number>();
    for (const id of ids) lastSeqs.set(id, (await place.engine.client.getRun(id)).seq);
    return { followers, lastSeqs };
  } finally {
    place.engine.child.kill("SIGKILL");
    await place.engine.ended;
  }
}

async function signalAll({ engine }: Place, ids: readonly string[], name: string): Promise<void> {
  for (const id of ids) {
    await engine.client.sendSignal(id, name, { body: null, idempotencyKey: `${id}/${name}` });
  }
}

/** Until `ended` has come, whatever becomes of connections. */
export async function followUntilEnded(place: Place, follower: Followed): Promise<void> {
  while (!(await connect(place.engine, follower))) await pause(50);
}

function connect({ url, token }: EngineUnderTest, follower: Followed): Promise<boolean> {
  follower.connections++;
  const headers = {
    accept: "text/event-stream",
    "dispatched-session": token,
    "last-event-id": String(follower.seqs.at(-1) ?? ""),
  };
  return new Promise((resolve) => {
    const asked = get(`${url}/api/runs/${follower.run}/events`, { headers, agent: false }, (answer) => {
      if (answer.statusCode === 204) resolve(true);
      else hear(answer, follower, resolve);
    });
    asked.on("error", () => resolve(false));
  });
}

function hear(answer: IncomingMessage, { seqs }: Followed, resolve: (ended: boolean) => void): void {
  let rest = "";
  let ended = false;
  answer.setEncoding("utf8");
  answer.on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const id = /^id: (\d+)$/m.exec(part)?.[1];
      if (id !== undefined) seqs.push(Number(id));
      if (/^event: ended$/m.test(part)) ended = true;
    }
  });
  answer.on("close", () => resolve(ended));
  answer.on("error", () => resolve(ended));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(20);
}
