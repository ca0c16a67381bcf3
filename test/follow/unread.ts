// Connections that ask for a stream and never read it, beside followers who do: what became of those, and of the engine.

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended } from "../process/until.ts";
import { type Followed, followUntilEnded } from "./followers.ts";

/** Of one signal: below what stands apart from the events. */
const signalBytes = 60_000;

/**
 * How many there are. A stream of `large` has several times more than the buffers of a connection hold: an engine that
 * kept what is not read would grow by a gigabyte.
 */
export const besideUnread = {
  small: { readers: 4, unread: 100, signals: 30 },
  large: { readers: 10, unread: 100, signals: 200 },
} as const;

/** What the engine may grow by meanwhile, however long the streams are. */
export const grownBytesMax = 600_000_000;

export interface BesideUnread {
  readonly followers: readonly Followed[];
  /** Number of the last event of the run. */
  readonly lastSeq: number;
  /** How much larger the engine became, at most; null where that cannot be read. */
  readonly grownBytes: number | null;
  /** Of the connections that never read: those that are still there. */
  readonly open: number;
}

/** One run, told in large events to `readers` who read and `unread` who do not, from its beginning to its end. */
export async function followBesideUnread(
  home: string,
  {
    readers,
    unread,
    signals,
  }: { readonly readers: number; readonly unread: number; readonly signals: number },
): Promise<BesideUnread> {
  const engine = await startDev(home);
  const sockets: Socket[] = [];
  try {
    await engine.client.putWorkflow("told", documentOf(signals), "yaml");
    const { run } = await engine.client.startRun("told", { body: null });
    for (let count = 0; count < unread; count++) sockets.push(await neverRead(engine, run));
    const followers = Array.from({ length: readers }, (): Followed => ({ run, seqs: [], connections: 0 }));
    const done = followers.map((follower) => followUntilEnded({ engine }, follower));
    const before = residentBytes(engine, "VmRSS");
    for (let number = 1; number <= signals; number++) {
      const body = JSON.stringify("x".repeat(signalBytes));
      await engine.client.sendSignal(run, `s${number}`, { body });
    }
    await ended(engine.client, run);
    await Promise.all(done);
    const peak = residentBytes(engine, "VmHWM");
    return {
      followers,
      lastSeq: (await engine.client.getRun(run)).seq,
      grownBytes: before === null || peak === null ? null : peak - before,
      open: sockets.filter(({ destroyed }) => !destroyed).length,
    };
  } finally {
    for (const socket of sockets) socket.destroy();
    engine.child.kill("SIGKILL");
    await engine.ended;
  }
}

function documentOf(signals: number): string {
  const steps = Array.from(
    { length: signals },
    (_, index) => `  a${index + 1}: {wait: {signal: s${index + 1}}}`,
  );
  return `name: told\nversion: 1\ntriggers: [{type: http}]\nsteps:\n${steps.join("\n")}\n`;
}

/** Resolves when the answer has begun. */
function neverRead({ url, token }: EngineUnderTest, run: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = [
    `GET /api/runs/${run}/events HTTP/1.1`,
    `host: ${hostname}:${port}`,
    "accept: text/event-stream",
    `dispatched-session: ${token}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    // What has come is left where it is.
    socket.once("readable", () => resolve(socket));
  });
}

/** Of the engine's process, in Linux (proc_pid_status(5)). */
function residentBytes({ child }: EngineUnderTest, name: "VmRSS" | "VmHWM"): number | null {
  if (process.platform !== "linux") return null;
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
  return found === undefined ? null : Number(found) * 1_024;
}
