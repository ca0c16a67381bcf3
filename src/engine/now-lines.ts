// What each run of a list is doing, told cheaply: from memory, from its status, else from a short log, once for each state.

import type { RunRow } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import { type Doing, doingBit } from "../run/doing.ts";
import { type NowLine, nowOf } from "../run/now-line.ts";
import type { Definitions } from "./definitions.ts";
import type { EnginePorts } from "./ports.ts";
import { loadState } from "./run-log.ts";
import type { Runs } from "./runs.ts";

/** A longer log is not folded for a line in a list: the line is then made of what the row says. */
const eventsMax = 200;
/** Lines kept of runs that are not in memory: they stay true until the run's next event. */
const keptMax = 5_000;

const words: readonly (readonly [Doing, string])[] = [
  ["retrying", "retries"],
  ["signal", "waits for a signal"],
  ["event", "waits for an event"],
  ["callback", "waits for a callback"],
  ["timer", "sleeps"],
  ["poll", "polls"],
];

export class NowLines {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  /** By run; the oldest first. */
  readonly #kept = new Map<string, { readonly seq: number; readonly now: NowLine }>();

  constructor(ports: EnginePorts, definitions: Definitions, runs: Runs) {
    this.#ports = ports;
    this.#definitions = definitions;
    this.#runs = runs;
  }

  async of(row: RunRow, key: DataKey): Promise<NowLine> {
    if (row.endedAt !== null) return { line: row.status.replace("_", " "), due: null };
    const active = this.#runs.inMemory(row.tenant, row.run);
    if (active?.state != null) {
      return nowOf(active.identity.definition.workflow, active.state, active.effects.held);
    }
    const kept = this.#kept.get(row.run);
    if (kept?.seq === row.lastSeq) return kept.now;
    const now = await this.#read(row, key);
    this.#kept.delete(row.run);
    this.#kept.set(row.run, { seq: row.lastSeq, now });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMax && oldest !== undefined) this.#kept.delete(oldest);
    return now;
  }

  async #read(row: RunRow, key: DataKey): Promise<NowLine> {
    if (row.lastSeq > eventsMax || this.#runs.quarantined(row.tenant, row.run) !== null) return coarse(row);
    try {
      const state = await loadState(this.#ports, row, key);
      const { workflow: name, version } = state.created;
      const { workflow } = await this.#definitions.find(row.tenant, name, version);
      return nowOf(workflow, state);
    } catch {
      // One run whose log cannot be read keeps nobody from the list of the others.
      return coarse(row);
    }
  }
}

function coarse({ status, doing }: RunRow): NowLine {
  const told = words.filter(([one]) => (doing & doingBit(one)) !== 0).map(([, word]) => word);
  return { line: told.length === 0 ? status : told.join(", "), due: null };
}
