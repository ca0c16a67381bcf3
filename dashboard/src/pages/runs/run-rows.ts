// The rows of a list of runs, newest first: which are shown, which wait to be, which may have changed unheard. Rows change where
// they stand; none is put between others until the list is loaded anew.

import type { RunItemResource } from "dispatched/client";

export interface ShownRun {
  readonly run: RunItemResource;
  /** It has changed, and the filter does not find it any more. */
  readonly left: boolean;
}

export class RunRows {
  /** Another list after each change, so that who shows it sees that it changed. */
  #rows: readonly ShownRun[] = [];
  #places = new Map<string, number>();
  readonly #fresh = new Set<string>();
  #stale = new Set<string>();

  get rows(): readonly ShownRun[] {
    return this.#rows;
  }

  /** Runs that fit and are not shown. */
  get fresh(): number {
    return this.#fresh.size;
  }

  /** All that was shown is forgotten. */
  load(runs: readonly RunItemResource[]): void {
    this.#rows = [];
    this.#places = new Map();
    this.#fresh.clear();
    this.#stale = new Set();
    this.append(runs);
  }

  append(runs: readonly RunItemResource[]): void {
    const added = runs.filter(({ id }) => !this.#places.has(id)).map((run) => ({ run, left: false }));
    added.forEach(({ run }, index) => {
      this.#places.set(run.id, this.#rows.length + index);
      this.#fresh.delete(run.id);
    });
    this.#rows = [...this.#rows, ...added];
  }

  /** @param isWhole nothing is behind the last row: what is older than it is new, too */
  change(changes: Iterable<ShownRun>, isWhole: boolean): void {
    let rows: ShownRun[] | null = null;
    for (const change of changes) {
      const { id } = change.run;
      const place = this.#places.get(id);
      this.#stale.delete(id);
      if (place !== undefined) {
        rows ??= [...this.#rows];
        rows[place] = change;
      } else if (change.left) this.#fresh.delete(id);
      else if (isWhole || this.#isWithin(change.run)) this.#fresh.add(id);
    }
    if (rows !== null) this.#rows = rows;
  }

  /** What is shown may have changed, and nobody told it. */
  doubt(): void {
    this.#stale = new Set(this.#places.keys());
  }

  /** The first row from `first` to `last` that may have changed unheard. */
  doubtful(first: number, last: number): RunItemResource | null {
    if (this.#stale.size === 0) return null;
    return this.#rows.slice(first, last + 1).find(({ run }) => this.#stale.has(run.id))?.run ?? null;
  }

  /** `runs` is all that the engine finds from `from` on; `toEnd`: and to the end of the list. What is not among them fits no more. */
  settle(from: RunItemResource, runs: readonly RunItemResource[], toEnd: boolean, isWhole: boolean): void {
    const found = new Set(runs.map(({ id }) => id));
    const first = this.#places.get(from.id) ?? 0;
    const last = toEnd ? this.#rows.length : this.#lastPlace(runs) + 1;
    // At least what was asked for is no longer in doubt.
    const missing = this.#rows
      .slice(first, Math.max(last, first + 1))
      .filter(({ run }) => !found.has(run.id));
    const seen = runs.map((run) => ({ run, left: false }));
    this.change([...seen, ...missing.map(({ run }) => ({ run, left: true }))], isWhole);
  }

  #lastPlace(runs: readonly RunItemResource[]): number {
    return runs.reduce((last, { id }) => Math.max(last, this.#places.get(id) ?? -1), -1);
  }

  #isWithin({ created_at }: RunItemResource): boolean {
    const last = this.#rows.at(-1)?.run;
    return last === undefined || created_at >= last.created_at;
  }
}
