// Callers that stay on the line: they start a run and wait for its answer, or ask for the answer of one that was started.

import type { Engine } from "../engine/engine.ts";
import type { Responded } from "../run/event.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { jsonChunks } from "../value/json-chunks.ts";
import { parseJson } from "../value/parse-json.ts";
import type { AnswerTold } from "./history.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import type { WorkflowModel } from "./workload/model.ts";

/** Less than after what a caller takes its engine for dead. */
const waitMaxMs = 4_500;

async function readJson(holder: object, key: string): Promise<Json> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of jsonChunks(holder, key)) chunks.push(chunk);
  const parsed = parseJson(Buffer.concat(chunks).toString(), "ours");
  return parsed.ok ? parsed.value : null;
}

export class SimSyncCallers {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
  }

  /** How long the caller of a start stays on the line: null for one that does not. */
  draw({ respond }: WorkflowModel): "until_timeout" | number | null {
    const prng = this.#prng;
    if (!prng.chance(respond === null ? 0.25 : 0.6)) return null;
    return prng.chance(0.7) ? "until_timeout" : prng.between(100, waitMaxMs);
  }

  /** Waits at an engine whose clock is ahead of the world's by `aheadMs`; what was heard is noted by `hear`. */
  async wait(
    engine: Engine,
    aheadMs: number,
    { tenant, run, model, line }: OnTheLine,
  ): Promise<Omit<AnswerTold, "heardOrder" | "heardAt">> {
    const { record, time } = this.#world;
    const { name, version } = model;
    const timeoutMs = line === "until_timeout" ? await engine.syncTimeout(tenant, name, version) : null;
    const waitMs = timeoutMs === null ? Number(line) : Math.min(timeoutMs, waitMaxMs);
    const beganOrder = record.nextOrder();
    const beganAt = time.now;
    const told = await engine.waitForAnswer(tenant, run, beganAt + aheadMs + waitMs);
    const { status } = told.view;
    // As the server sends it: bodies that stand apart are read while they are sent.
    const output = await readJson(told.view, "output");
    const responded =
      told.responded === null ? null : ((await readJson(told, "responded")) as unknown as Responded);
    return { run, responded, status, output, syncTimeoutMs: timeoutMs, waitMs, beganOrder, beganAt };
  }

  hear(told: Omit<AnswerTold, "heardOrder" | "heardAt">): void {
    const { record, time } = this.#world;
    record.answers.push({ type: "answer", ...told, heardOrder: record.nextOrder(), heardAt: time.now });
  }

  /** Asks once more for the answer of a run, at whichever node. */
  async askAgain(tenant: TenantId, run: RunId, model: WorkflowModel): Promise<void> {
    const line = this.#prng.between(0, waitMaxMs);
    const told = await this.#asker.get(tenant, "answer", (engine, now) =>
      this.wait(engine, now - this.#world.time.now, { tenant, run, model, line }),
    );
    if (told !== null) this.hear(told);
  }
}

interface OnTheLine {
  readonly tenant: TenantId;
  readonly run: RunId;
  readonly model: WorkflowModel;
  readonly line: "until_timeout" | number;
}
