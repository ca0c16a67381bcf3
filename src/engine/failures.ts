// Groups of runs that failed alike, as people read them: the names come of a sample, opened.

import type { FailureGroup } from "../ports/overview-store.ts";
import type { Page, RunRow } from "../ports/store.ts";
import { type BadEnd, badEndOf, endOfCause } from "../run/bad-end.ts";
import type { TenantId } from "../value/id.ts";
import type { Definitions } from "./definitions.ts";
import type { RunQuery } from "./engine-api.ts";
import { hex } from "./hex.ts";
import type { EnginePorts } from "./ports.ts";
import type { FailureGroupView } from "./review-api.ts";
import { consistently, loadState, openBatch } from "./run-log.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";

/** Events looked at first, from the end of a log: why a run ends is said shortly before it does, but for compensation. */
const lastEvents = 64;

export class Failures {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  readonly #reader: RunReader;

  constructor(ports: EnginePorts, definitions: Definitions, runs: Runs, reader: RunReader) {
    this.#ports = ports;
    this.#definitions = definitions;
    this.#runs = runs;
    this.#reader = reader;
  }

  /** Of the query `workflow` and the times count. */
  async list(
    tenant: TenantId,
    query: RunQuery,
    cursor: string | null,
    limit: number,
  ): Promise<Page<FailureGroupView>> {
    const { workflow, createdFrom, createdTo } = this.#reader.filterOf(tenant, query);
    const filter = {
      ...(workflow === undefined ? {} : { workflow }),
      ...(createdFrom === undefined ? {} : { createdFrom }),
      ...(createdTo === undefined ? {} : { createdTo }),
    };
    const page = await this.#ports.store.overview.listFailures(tenant, filter, cursor, limit);
    return { rows: await Promise.all(page.rows.map((group) => this.#view(group))), next: page.next };
  }

  async #view({ failure, samples, workflow: _hash, ...group }: FailureGroup): Promise<FailureGroupView> {
    const shown = await Promise.all(samples.map((row) => this.#reader.listItem(row)));
    return {
      ...group,
      fingerprint: hex(failure),
      workflow: shown[0]?.workflow ?? "",
      end: await this.#endOf(samples),
      samples: shown,
    };
  }

  /** Null when none of the samples can be read. */
  async #endOf(samples: readonly RunRow[]): Promise<BadEnd | null> {
    for (const row of samples) {
      try {
        return await this.#read(row);
      } catch {
        // A log that is damaged is told of where its run is shown.
      }
    }
    return null;
  }

  async #read(row: RunRow): Promise<BadEnd | null> {
    const key = await this.#runs.keys.open(row);
    const { workflow } = await this.#definitions.findByHash(row.tenant, row.workflow, row.version);
    const end = await consistently(this.#ports, row, key, async (now, nowKey) => {
      for (let before = now.lastSeq, count = lastEvents; before > 0; count *= 4) {
        const after = Math.max(0, before - count);
        const found = await this.#causeBetween(now, nowKey, after, before);
        if (found !== undefined) return found;
        before = after;
      }
      return null;
    });
    if (end !== null) {
      const step = end.step === null ? null : (workflow.steps[end.step]?.id ?? null);
      return { ...end, step };
    }
    // It was not undone: which step could not be is told by all of them together.
    return badEndOf(workflow, await loadState(this.#ports, row, key));
  }

  /** Undefined when none of the events after `after`, and up to `before`, says why the run ends. */
  async #causeBetween(
    { tenant, run }: RunRow,
    key: Parameters<typeof openBatch>[1],
    after: number,
    before: number,
  ): Promise<ReturnType<typeof endOfCause> | undefined> {
    const { store, vault } = this.#ports;
    const batches = await store.readEvents(tenant, run, after, before - after);
    for (const batch of batches) {
      if (batch.firstSeq > before) break;
      if (!batch.summaries.some(({ type }) => type === "run.ending")) continue;
      const ending = openBatch(vault, key, tenant, run, batch).find(({ type }) => type === "run.ending");
      if (ending?.type === "run.ending") return endOfCause(ending.cause);
    }
    return undefined;
  }
}
