// Watches what the engine alone may open on the simulated disk, a few times a second.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { LiveSpan } from "./history.ts";
import { simOpened } from "./ports/sim-vault.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { WorldRecord } from "./world-record.ts";

const everyMs = 250;

type Seen = Pick<LiveSpan, "tenant" | "kind" | "name">;

interface Row {
  readonly tenant: string;
  readonly live: Uint8Array | null;
}

export class SimLive {
  readonly #record: WorldRecord;
  readonly #time: VirtualTime;
  readonly #tables: MemoryTables;
  /** By kind and row; those that are still as they were. */
  readonly #spans = new Map<string, LiveSpan>();

  constructor(record: WorldRecord, time: VirtualTime, tables: MemoryTables) {
    this.#record = record;
    this.#time = time;
    this.#tables = tables;
  }

  watch(): void {
    this.#look();
    this.#time.after(everyMs, () => this.watch());
  }

  #look(): void {
    const { runs, definitions, secrets, incoming, grants } = this.#tables;
    const rows = new Set<string>();
    const look = (kind: LiveSpan["kind"], key: string, row: Row, name: () => string) => {
      const place = `${kind}/${key}`;
      rows.add(place);
      const span = this.#spans.get(place);
      if (span !== undefined && span.live === (row.live !== null)) return;
      this.#change(place, { tenant: row.tenant, kind, name: span?.name ?? name() }, row.live !== null);
    };
    for (const [key, { tenant, run, birth }] of runs)
      look("run", key, { tenant, live: birth.live }, () => run);
    for (const [key, row] of definitions)
      look("definition", key, row, () => `${nameIn(row.sealed, "name")}@${row.version}`);
    for (const [key, row] of secrets) {
      // The version of a deletion has no value.
      if (row.sealed.length > 0) look("secret", key, row, () => nameIn(row.sealed, "name"));
    }
    for (const [key, { row }] of incoming) look("event", key, row, () => nameIn(row.sealed, "type"));
    for (const [key, row] of grants) look("grant", key, row, () => row.id);
    for (const [place, span] of this.#spans) if (!rows.has(place)) this.#end(place, span);
  }

  #change(place: string, seen: Seen, live: boolean): void {
    const before = this.#spans.get(place);
    if (before !== undefined) before.to = this.#time.now;
    const span: LiveSpan = { ...seen, live, from: this.#time.now, to: null };
    this.#spans.set(place, span);
    this.#record.liveSpans.push(span);
  }

  #end(place: string, span: LiveSpan): void {
    span.to = this.#time.now;
    this.#spans.delete(place);
  }
}

function nameIn(sealed: Uint8Array, member: string): string {
  return String((JSON.parse(simOpened(sealed)) as Record<string, unknown>)[member]);
}
