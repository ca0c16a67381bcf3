// The runs that fit a filter, live: pages by cursor as one scrolls, and the stream that changes rows where they stand.

import type { Client, RunItemResource } from "dispatched/client";
import { drawSoon } from "../../look/draw-soon.ts";
import { whileSeen } from "../../look/while-seen.ts";
import type { RunQuery } from "./run-query.ts";
import { RunRows, type ShownRun } from "./run-rows.ts";

export interface RunListView {
  readonly state: "loading" | "shown" | "failed";
  /** Why it failed. */
  readonly error: unknown;
  readonly rows: readonly ShownRun[];
  /** How many runs fit that wait to be shown. */
  readonly fresh: number;
  /** There are more behind the last row. */
  readonly more: boolean;
  /** Why the page after could not be loaded; null while nothing is wrong. */
  readonly moreError: unknown;
  /** The stream is open: what is shown is what is. */
  readonly live: boolean;
}

type Pages = Pick<Client, "listRuns" | "followRuns">;

type Rest = Omit<RunListView, "rows" | "fresh" | "more">;

const pageRows = 100;
const checkedRows = 200;

export class RunList {
  readonly #client: Pages;
  readonly #query: RunQuery;
  readonly #over = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #rows = new RunRows();
  #rest: Rest = {
    state: "loading",
    error: null,
    moreError: null,
    live: false,
  };
  #view: RunListView;
  #next: string | null = null;
  /** What the stream told since the last frame; null: everything may have changed. */
  #heard: (ShownRun | null)[] = [];
  #drawing = false;
  #loading = false;
  #checking = false;
  #visible: readonly [first: number, last: number] = [0, 0];

  constructor(client: Pages, query: RunQuery) {
    this.#client = client;
    this.#query = query;
    this.#view = this.#made();
  }

  readonly view = (): RunListView => this.#view;

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows until `close`. */
  async follow(): Promise<void> {
    const signal = this.#over.signal;
    try {
      const onBreak = () => this.#set({ live: false });
      const follow = (until: AbortSignal) => this.#client.followRuns(this.#query, { signal: until, onBreak });
      for await (const change of whileSeen(follow, signal)) {
        if (change.type === "reset") this.#hear(null);
        else this.#hear({ run: change.run, left: change.type === "unfit" });
      }
    } catch (error) {
      this.#set({ live: false, state: "failed", error });
    }
  }

  close(): void {
    this.#over.abort();
  }

  /** From the top, with what is new. */
  async reload(): Promise<void> {
    this.#loading = true;
    try {
      const { runs, next } = await this.#client.listRuns({ ...this.#query, limit: pageRows });
      this.#rows.load(runs);
      this.#next = next;
      this.#set({ state: "shown", error: null, moreError: null });
    } catch (error) {
      this.#set({ state: "failed", error });
    } finally {
      this.#loading = false;
    }
  }

  async more(): Promise<void> {
    if (this.#loading || this.#next === null) return;
    this.#loading = true;
    try {
      const page = await this.#client.listRuns({ ...this.#query, limit: pageRows, cursor: this.#next });
      this.#rows.append(page.runs);
      this.#next = page.next;
      this.#set({ moreError: null });
    } catch (moreError) {
      this.#set({ moreError });
    } finally {
      this.#loading = false;
    }
  }

  /** These rows are in sight: what of them may have changed unheard is asked for, and what comes behind them. */
  see(first: number, last: number): void {
    this.#visible = [first, last];
    if (last >= this.#rows.rows.length - pageRows / 2 && this.#rest.moreError === null) void this.more();
    void this.#check();
  }

  #hear(change: ShownRun | null): void {
    this.#heard.push(change);
    if (this.#drawing) return;
    this.#drawing = true;
    drawSoon(() => this.#draw());
  }

  #draw(): void {
    const heard = this.#heard;
    this.#heard = [];
    this.#drawing = false;
    if (this.#over.signal.aborted) return;
    if (heard.includes(null)) this.#reset();
    const changes = heard.filter((change) => change !== null);
    this.#rows.change(changes, this.#next === null);
    this.#set({});
    if (this.#view.rows.length === 0 && this.#rows.fresh > 0 && !this.#loading) void this.reload();
  }

  #reset(): void {
    this.#rest = { ...this.#rest, live: true };
    if (this.#rest.state !== "shown") {
      void this.reload();
      return;
    }
    this.#rows.doubt();
    void this.#check();
    void this.#countFresh();
  }

  /** What came while nobody was told: at least that of the first page. */
  async #countFresh(): Promise<void> {
    try {
      const { runs } = await this.#client.listRuns({ ...this.#query, limit: checkedRows });
      this.#rows.change(
        runs.map((run) => ({ run, left: false })),
        this.#next === null,
      );
      this.#set({});
    } catch {
      // The stream breaks, too, and comes back with another reset.
    }
  }

  async #check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      for (let row = this.#doubtful(); row !== null; row = this.#doubtful()) {
        const { runs, next } = await this.#client.listRuns(this.#from(row));
        this.#rows.settle(row, runs, next === null, this.#next === null);
        this.#set({});
      }
    } catch {
      // As above.
    } finally {
      this.#checking = false;
    }
  }

  #doubtful(): RunItemResource | null {
    return this.#over.signal.aborted ? null : this.#rows.doubtful(...this.#visible);
  }

  /** The list from this run on. */
  #from({ created_at }: RunItemResource): RunQuery & { readonly limit: number } {
    return { ...this.#query, to: new Date(Date.parse(created_at) + 1).toISOString(), limit: checkedRows };
  }

  #set(change: Partial<Rest>): void {
    if (this.#over.signal.aborted) return;
    this.#rest = { ...this.#rest, ...change };
    this.#view = this.#made();
    for (const listener of this.#listeners) listener();
  }

  #made(): RunListView {
    return { ...this.#rest, rows: this.#rows.rows, fresh: this.#rows.fresh, more: this.#next !== null };
  }
}
