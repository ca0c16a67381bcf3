// How long a server takes to refuse, by kind: `npm run handshake-timing`. No kind may be told from another by its time.
// What proves the keys first (a replay, say) is not among them: the store is asked then, and who sends it knows what it is.
//
// Usage: node test/handshake/main.ts [TRIES]

import type { Handshakes } from "../../src/ports/handshake.ts";
import { origin, serverKey } from "../../src/ports/handshake-contract/sample.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { beginRefusals, confirmRefusals, type Refusal } from "./refusals.ts";
import { serverSubject } from "./server-subject.ts";

const tries = Number(process.argv[2] ?? 2000);
const warmUp = 200;
/** Largest median of a kind over the smallest, less 1. */
const spreadMax = 0.25;

const subject = serverSubject(nodeSuite);
const server = subject.open(origin, [serverKey]);
const held = [
  measure("POST /api/session", server, beginRefusals(subject)),
  measure("POST /api/session/confirm", server, confirmRefusals(subject, server)),
];
process.exit(held.every(Boolean) ? 0 : 1);

/** Tries the kinds by turns, in an order drawn anew each round, so that what the machine does meanwhile meets all alike. */
function measure(name: string, asked: Handshakes, refusals: readonly Refusal[]): boolean {
  const times = new Map<string, number[]>(refusals.map(({ kind }) => [kind, []]));
  for (let round = -warmUp; round < tries; round++) {
    for (const { kind, ask } of shuffled(refusals)) {
      const took = timeOf(() => ask(asked));
      if (round >= 0) times.get(kind)?.push(took);
    }
  }
  const medians = [...times].map(([kind, took]) => ({ kind, microseconds: median(took) }));
  const all = medians.map(({ microseconds }) => microseconds);
  const spread = Math.max(...all) / Math.min(...all) - 1;
  console.log(`${name}: ${tries} tries of each of ${medians.length} kinds`);
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

function shuffled(refusals: readonly Refusal[]): readonly Refusal[] {
  return refusals
    .map((refusal) => ({ refusal, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ refusal }) => refusal);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
