// `dispatched demo`: four orders over real HTTP: one succeeds, one is retried, one is undone, one survives SIGKILL.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Client } from "../../client/client.ts";
import type { RunResource } from "../../client/resources.ts";
import { packageFolder } from "../../server/package-folder.ts";
import { exitCode } from "../exit-code.ts";
import { followRun } from "../follow-run.ts";
import { interruptedCode } from "../saying-on-interrupt.ts";
import type { Terminal } from "../terminal.ts";
import { DemoEngine } from "./demo-engine.ts";
import { friendly, type LedgerEntry, type Mood, ShopServices } from "./shop-services.ts";

interface Scene {
  readonly title: string;
  readonly order: string;
  readonly mood: Mood;
  /** Kill the engine while the charge is under way, and start it again. */
  readonly kill: boolean;
  /** What is not as it was told, or null. */
  readonly check: (run: RunResource, ledger: readonly LedgerEntry[]) => string | null;
}

interface Stage {
  readonly terminal: Terminal;
  readonly engine: DemoEngine;
  readonly services: ShopServices;
}

const charges = (ledger: readonly LedgerEntry[]) => ledger.filter(({ path }) => path === "/charges");
const keysOf = (entries: readonly LedgerEntry[]) => new Set(entries.map((entry) => entry.idempotencyKey));

const scenes: readonly Scene[] = [
  {
    title: "An order that succeeds",
    order: "A-1001",
    mood: friendly,
    kill: false,
    check: (run) => (run.status === "completed" ? null : `the run is ${run.status}`),
  },
  {
    title: "An order whose charge answers 503 twice, then succeeds",
    order: "A-1002",
    mood: { ...friendly, refuseCharges: 2 },
    kill: false,
    check: (run, ledger) => {
      if (run.status !== "completed") return `the run is ${run.status}`;
      const tried = charges(ledger);
      if (tried.length !== 3) return `the charge was tried ${tried.length} times`;
      return keysOf(tried).size === 1 ? null : "the idempotency key changed";
    },
  },
  {
    title: "An order whose confirmation fails: the charge is refunded",
    order: "A-1003",
    mood: { ...friendly, refuseMail: true },
    kill: false,
    check: (run, ledger) => {
      if (run.status !== "failed" || run.compensation !== "complete") return `the run is ${run.now}`;
      return ledger.some(({ path }) => path.endsWith("/refund")) ? null : "nothing was refunded";
    },
  },
  {
    title: "An order during which the engine is killed with SIGKILL",
    order: "A-1004",
    mood: { ...friendly, chargeMs: 700 },
    kill: true,
    check: (run, ledger) => {
      if (run.status !== "completed") return `the run is ${run.status}`;
      const tried = charges(ledger);
      if (tried.length < 2) return "the charge was not tried again after the crash";
      return keysOf(tried).size === 1 ? null : "the idempotency key changed";
    },
  },
];

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export async function demo(terminal: Terminal): Promise<number> {
  const home = mkdtempSync(resolve(tmpdir(), "dispatched-demo-"));
  const services = new ShopServices();
  const engine = new DemoEngine(home, await freePort());
  const interrupted = () => process.exit(interruptedCode);
  // However it ends, as by a reader who has seen enough: nothing is left, no engine and no keys.
  const cleared = () => {
    engine.abandon();
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  for (const signal of endings) process.once(signal, interrupted);
  process.once("exit", cleared);
  try {
    const address = await services.start();
    let client = await engine.start();
    terminal.line(`Services of a shop at ${address}, an engine in a process of its own.`);
    await client.putWorkflow("process-order", document(address), "yaml");
    let failed = 0;
    for (const [index, scene] of scenes.entries()) {
      terminal.line(`\n${terminal.paint.bold(`${index + 1}. ${scene.title}`)}`);
      const played = await play({ terminal, engine, services }, client, scene);
      client = played.client;
      if (played.wrong !== null) failed++;
      const verdict = played.wrong === null ? "as told" : `NOT as told: ${played.wrong}`;
      terminal.line(played.wrong === null ? terminal.paint.green(verdict) : terminal.paint.red(verdict));
    }
    terminal.line(`\n${scenes.length - failed} of ${scenes.length} orders ended as told.`);
    return failed === 0 ? exitCode.completed : exitCode.failed;
  } finally {
    await engine.stop();
    services.stop();
    cleared();
    process.off("exit", cleared);
    for (const signal of endings) process.off(signal, interrupted);
  }
}

async function play(
  { terminal, engine, services }: Stage,
  first: Client,
  scene: Scene,
): Promise<{ readonly client: Client; readonly wrong: string | null }> {
  services.setMood(scene.mood);
  let client = first;
  const charged = services.nextCharge();
  const body = JSON.stringify({ order_id: scene.order, email: "ann@example.com", amount: 4200 });
  const { run: id } = await client.startRun("process-order", { body });
  terminal.line(terminal.paint.dim(id));
  if (scene.kill) {
    await charged;
    await engine.kill();
    terminal.line(terminal.paint.red("  SIGKILL while the charge is under way"));
    client = await engine.start();
    terminal.line("  the engine is started again over the same data");
  }
  const run = await followRun(terminal, client, id);
  for (const { path, attempt, status, idempotencyKey } of services.ledger) {
    terminal.line(
      terminal.paint.dim(`  service saw ${path}  attempt ${attempt}  ${status}  key ${idempotencyKey}`),
    );
  }
  return { client, wrong: scene.check(run, services.ledger) };
}

/** The example, with the address of the demo's services in the place of its own. */
function document(address: string): string {
  const file = join(packageFolder, "examples/process-order/workflow.yaml");
  return readFileSync(file, "utf8").replace("http://127.0.0.1:4100", address);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
