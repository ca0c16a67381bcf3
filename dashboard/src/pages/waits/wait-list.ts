// What waits, the oldest run first, live: pages of the list, and the stream that changes rows where they stand.

import type { Client, RunWaitsResource } from "dispatched/client";

export type WaitQuery = NonNullable<Parameters<Client["listWaits"]>[0]>;

export interface WaitListView {
  readonly state: "loading" | "shown" | "failed";
  readonly error: unknown;
  readonly rows: readonly RunWaitsResource[];
  readonly live: boolean;
}

const rowsMax = 1_000;
const pageRows = 100;

export class WaitList {
  readonly #client: Pick<Client, "listWaits" | "followWaits">;
  readonly #query: WaitQuery;
  readonly #over = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** By run. */
  #rows = new Map<string, RunWaitsResource>();
  /** What came while the list was loaded is newer than what it brings. */
  #meanwhile: RunWaitsResource[] | null = null;
  #view: WaitListView = { state: "loading", error: null, rows: [], live: false };
  #drawing = false;

  constructor(client: Pick<Client, "listWaits" | "followWaits">, query: WaitQuery) {
    this.#client = client;
    this.#query = query;
  }

  readonly view = (): WaitListView => this.#view;

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async follow(): Promise<void> {
    const options = { signal: this.#over.signal, onBreak: () => this.#set({ live: false }) };
    try {
      for await (const change of this.#client.followWaits(this.#query, options)) {
        if (change.type === "reset") void this.load();
        else {
          this.#meanwhile?.push(change.row);
          this.#put(change.row);
          this.#draw();
        }
      }
    } catch (error) {
      this.#set({ state: "failed", error, live: false });
    }
  }

  close(): void {
    this.#over.abort();
  }

  async load(): Promise<void> {
    const meanwhile: RunWaitsResource[] = [];
    this.#meanwhile = meanwhile;
    try {
      const rows = new Map<string, RunWaitsResource>();
      for (let cursor: string | null | undefined; cursor !== null && rows.size < rowsMax; ) {
        const asked = { ...this.#query, limit: pageRows, ...(cursor === undefined ? {} : { cursor }) };
        const page = await this.#client.listWaits(asked);
        for (const row of page.waits) rows.set(row.run.id, row);
        cursor = page.next;
      }
      // Another load has begun, and brings what is newer.
      if (this.#meanwhile !== meanwhile) return;
      this.#rows = rows;
      for (const row of meanwhile) this.#put(row);
      this.#meanwhile = null;
      this.#set({ state: "shown", error: null, live: true, rows: this.#sorted() });
    } catch (error) {
      this.#set({ state: "failed", error });
    }
  }

  #put(row: RunWaitsResource): void {
    if (row.waits.length === 0) this.#rows.delete(row.run.id);
    else this.#rows.set(row.run.id, row);
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    const draw = () => {
      this.#drawing = false;
      this.#set({ rows: this.#sorted() });
    };
    if (document.hidden) setTimeout(draw, 250);
    else requestAnimationFrame(draw);
  }

  #sorted(): readonly RunWaitsResource[] {
    return [...this.#rows.values()].sort((one, other) => (one.run.id < other.run.id ? -1 : 1));
  }

  #set(change: Partial<WaitListView>): void {
    if (this.#over.signal.aborted) return;
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
