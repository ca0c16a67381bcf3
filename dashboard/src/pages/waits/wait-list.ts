// What waits, the oldest run first, live: pages of the list, and the stream that changes rows where they stand.

import type { Client, RunWaitsResource } from "dispatched/client";
import { drawSoon } from "../../look/draw-soon.ts";
import { whileSeen } from "../../look/while-seen.ts";

export type WaitQuery = NonNullable<Parameters<Client["listWaits"]>[0]>;

export interface WaitListView {
  readonly state: "loading" | "shown" | "failed";
  readonly error: unknown;
  readonly rows: readonly RunWaitsResource[];
  /** There are runs behind the last row that wait. */
  readonly more: boolean;
  /** Why the page after could not be loaded; null while nothing is wrong. */
  readonly moreError: unknown;
  readonly live: boolean;
}

const pageRows = 100;

export class WaitList {
  readonly #client: Pick<Client, "listWaits" | "followWaits">;
  readonly #query: WaitQuery;
  readonly #over = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** By run. */
  #rows = new Map<string, RunWaitsResource>();
  #next: string | null = null;
  /** The last run that a page brought: what waits behind it comes with its own page. */
  #last = "";
  /** What came while the list was loaded is newer than what it brings. */
  #meanwhile: RunWaitsResource[] | null = null;
  #view: WaitListView = {
    state: "loading",
    error: null,
    rows: [],
    more: false,
    moreError: null,
    live: false,
  };
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
    const onBreak = () => this.#set({ live: false });
    const follow = (signal: AbortSignal) => this.#client.followWaits(this.#query, { signal, onBreak });
    try {
      for await (const change of whileSeen(follow, this.#over.signal)) {
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

  /** As many pages as are shown, at least one. */
  async load(): Promise<void> {
    const wanted = this.#rows.size;
    const rows = new Map<string, RunWaitsResource>();
    try {
      await this.#fetch(rows, undefined, wanted);
    } catch (error) {
      this.#set({ state: "failed", error });
    }
  }

  /** The page after the last row. */
  async more(): Promise<void> {
    if (this.#meanwhile !== null || this.#next === null) return;
    const rows = new Map(this.#rows);
    try {
      await this.#fetch(rows, this.#next, rows.size + 1);
    } catch (moreError) {
      this.#meanwhile = null;
      this.#set({ moreError });
    }
  }

  /** Pages from `cursor` on until there are so many rows; in the place of those that are shown when all are there. */
  async #fetch(
    rows: Map<string, RunWaitsResource>,
    cursor: string | undefined,
    wanted: number,
  ): Promise<void> {
    const meanwhile: RunWaitsResource[] = [];
    this.#meanwhile = meanwhile;
    let next: string | null | undefined = cursor;
    let last = this.#last;
    do {
      const asked = { ...this.#query, limit: pageRows, ...(next === undefined ? {} : { cursor: next }) };
      const page = await this.#client.listWaits(asked);
      for (const row of page.waits) rows.set(row.run.id, row);
      last = page.waits.at(-1)?.run.id ?? last;
      ({ next } = page);
    } while (next !== null && rows.size < wanted);
    // Another load has begun, and brings what is newer.
    if (this.#meanwhile !== meanwhile) return;
    this.#rows = rows;
    this.#next = next;
    this.#last = last;
    for (const row of meanwhile) this.#put(row);
    this.#meanwhile = null;
    this.#set({ state: "shown", error: null, moreError: null, live: true, rows: this.#sorted() });
  }

  #put(row: RunWaitsResource): void {
    if (row.waits.length === 0) this.#rows.delete(row.run.id);
    else if (this.#next === null || row.run.id <= this.#last) this.#rows.set(row.run.id, row);
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    drawSoon(() => {
      this.#drawing = false;
      this.#set({ rows: this.#sorted() });
    });
  }

  #sorted(): readonly RunWaitsResource[] {
    return [...this.#rows.values()].sort((one, other) => (one.run.id < other.run.id ? -1 : 1));
  }

  #set(change: Partial<WaitListView>): void {
    if (this.#over.signal.aborted) return;
    this.#view = { ...this.#view, ...change, more: this.#next !== null };
    for (const listener of this.#listeners) listener();
  }
}
