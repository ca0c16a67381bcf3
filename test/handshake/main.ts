// How long a server takes to refuse, by kind: `npm run handshake-timing`. No kind may be told from another by its time, neither
// within the process, where differences stand out, nor over HTTP, with the store and the limits besides.
// What proves the keys first (a replay, say) is not among them: the store is asked then, and who sends it knows what it is.
//
// Usage: node test/handshake/main.ts [TRIES [TRIES OVER HTTP]]

import { origin, serverKey } from "../../src/ports/handshake-contract/sample.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { serveRefusals } from "./over-http.ts";
import { beginRefusals, confirmRefusals } from "./refusals.ts";
import { serverSubject } from "./server-subject.ts";

const tries = Number(process.argv[2] ?? 2000);
const triesOverHttp = Number(process.argv[3] ?? 300);
const warmUp = 200;
const warmUpOverHttp = 50;
/** Largest median of a kind over the smallest, less 1. */
const spreadMax = 0.25;

interface Kind {
  readonly kind: string;
  /** Microseconds until the refusal. @param round from 0, those for warming up among them */
  readonly timed: (round: number) => Promise<number> | number;
}

const subject = serverSubject(nodeSuite);
const server = subject.open(origin, [serverKey]);
const within = [beginRefusals(subject), confirmRefusals(subject, server)].map((refusals) =>
  refusals.map(({ kind, ask }) => ({ kind, timed: () => timeOf(() => ask(server)) })),
);
const addresses = ["POST /api/session", "POST /api/session/confirm"];
const held: boolean[] = [];
const overHttp = await serveRefusals(triesOverHttp + warmUpOverHttp);
for (const [at, kinds] of [overHttp.begins, overHttp.confirms].entries()) {
  const sent = kinds.map(({ kind, send }) => ({
    kind,
    timed: (round: number) => timeOfSending(() => send(round)),
  }));
  held.push(await measure(`${addresses[at]}, over HTTP`, sent, triesOverHttp, warmUpOverHttp));
}
await overHttp.stop();
for (const [at, kinds] of within.entries()) {
  held.push(await measure(`${addresses[at]}, within the process`, kinds, tries, warmUp));
}
process.exit(held.every(Boolean) ? 0 : 1);

/** Tries the kinds by turns, in an order drawn anew each round, so that what the machine does meanwhile meets all alike. */
async function measure(
  name: string,
  kinds: readonly Kind[],
  rounds: number,
  first: number,
): Promise<boolean> {
  const times = new Map<string, number[]>(kinds.map(({ kind }) => [kind, []]));
  for (let round = 0; round < first + rounds; round++) {
    for (const { kind, timed } of shuffled(kinds)) {
      const took = await timed(round);
      if (round >= first) times.get(kind)?.push(took);
    }
  }
  const medians = [...times].map(([kind, took]) => ({ kind, microseconds: median(took) }));
  const all = medians.map(({ microseconds }) => microseconds);
  const spread = Math.max(...all) / Math.min(...all) - 1;
  console.log(`${name}: ${rounds} tries of each of ${medians.length} kinds`);
  for (const { kind, microseconds } of medians)
    console.log(`  ${kind.padEnd(32)} ${microseconds.toFixed(1).padStart(8)} µs`);
  console.log(`  spread of the medians: ${(spread * 100).toFixed(1)}% (at most ${spreadMax * 100}%)`);
  return spread <= spreadMax;
}

/** Microseconds until the refusal; an answer is an error. */
function timeOf(action: () => unknown): number {
  const began = process.hrtime.bigint();
  try {
    action();
  } catch {
    return Number(process.hrtime.bigint() - began) / 1000;
  }
  throw new Error("something that must be refused was answered");
}

async function timeOfSending(action: () => Promise<void>): Promise<number> {
  const began = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - began) / 1000;
}

function shuffled(kinds: readonly Kind[]): readonly Kind[] {
  return kinds
    .map((kind) => ({ kind, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ kind }) => kind);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
