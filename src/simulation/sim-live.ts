// Watches what the engine alone may open on the simulated disk: grants and the coming of events after every write, the rest a few times a second.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { LiveSpan } from "./history.ts";
import { simOpened } from "./ports/sim-vault.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { WorldRecord } from "./world-record.ts";

const everyMs = 250;

type Seen = Pick<LiveSpan, "tenant" | "kind" | "name" | "live">;

interface Row {
  readonly tenant: string;
  readonly live: Uint8Array | null;
}

export class SimLive {
  readonly #record: WorldRecord;
  readonly #time: VirtualTime;
  readonly #tables: MemoryTables;
  /** By kind and row; those that are still as they were. */
  readonly #spans: Readonly<Record<LiveSpan["kind"], Map<string, LiveSpan>>> = {
    run: new Map(),
    definition: new Map(),
    secret: new Map(),
    event: new Map(),
    grant: new Map(),
  };

  constructor(record: WorldRecord, time: VirtualTime, tables: MemoryTables) {
    this.#record = record;
    this.#time = time;
    this.#tables = tables;
  }

  /** To be called after each write: a grant that lasts for milliseconds lets runs start, too. */
  written(): void {
    this.#lookAtGrants();
    const { eventsAt } = this.#record;
    for (const place of this.#tables.incoming.keys()) {
      if (!eventsAt.has(place)) eventsAt.set(place, this.#time.now);
    }
  }

  #lookAtGrants(): void {
    this.#lookAt("grant", this.#tables.grants, self, (row) => row.id);
  }

  watch(): void {
    this.#look();
    this.#time.after(everyMs, () => this.watch());
  }

  #look(): void {
    const { runs, definitions, secrets, incoming } = this.#tables;
    this.#lookAt(
      "run",
      runs,
      ({ tenant, birth }) => ({ tenant, live: birth.live }),
      (row) => row.run,
    );
    this.#lookAt("definition", definitions, self, (row) => `${nameIn(row.sealed, "name")}@${row.version}`);
    // The version of a deletion has no value.
    this.#lookAt(
      "secret",
      secrets,
      (row) => (row.sealed.length > 0 ? row : null),
      (row) => nameIn(row.sealed, "name"),
    );
    this.#lookAt(
      "event",
      incoming,
      ({ row }) => row,
      ({ row }) => nameIn(row.sealed, "type"),
    );
    this.#lookAtGrants();
  }

  #lookAt<Stored>(
    kind: LiveSpan["kind"],
    table: ReadonlyMap<string, Stored>,
    rowOf: (stored: Stored) => Row | null,
    nameOf: (stored: Stored) => string,
  ): void {
    const spans = this.#spans[kind];
    let rows = 0;
    for (const [key, stored] of table) {
      const row = rowOf(stored);
      if (row === null) continue;
      rows++;
      const live = row.live !== null;
      const span = spans.get(key);
      if (span?.live === live) continue;
      this.#change(spans, key, { tenant: row.tenant, kind, name: span?.name ?? nameOf(stored), live });
    }
    // Each row has its span by now: more spans than rows are those of rows that are gone.
    if (spans.size === rows) return;
    for (const [key, span] of spans) {
      const stored = table.get(key);
      if (stored === undefined || rowOf(stored) === null) this.#end(spans, key, span);
    }
  }

  #change(spans: Map<string, LiveSpan>, key: string, seen: Seen): void {
    const before = spans.get(key);
    if (before !== undefined) before.to = this.#time.now;
    const span: LiveSpan = { ...seen, from: this.#time.now, to: null };
    spans.set(key, span);
    this.#record.liveSpans.push(span);
  }

  #end(spans: Map<string, LiveSpan>, key: string, span: LiveSpan): void {
    span.to = this.#time.now;
    spans.delete(key);
  }
}

function self<Value>(value: Value): Value {
  return value;
}

function nameIn(sealed: Uint8Array, member: string): string {
  return String((JSON.parse(simOpened(sealed)) as Record<string, unknown>)[member]);
}
