// Lets what shares a name go one after the other, and what shares none side by side.

export class InTurn {
  /** By name: done when all that was asked for so far is, well or not. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** All names are taken together, so that no two wait for each other. */
  async take<Result>(names: readonly string[], act: () => Promise<Result>): Promise<Result> {
    const before = names.map((name) => this.#last.get(name));
    const acted = Promise.all(before).then(act);
    const over = acted.then(
      () => null,
      () => null,
    );
    for (const name of names) this.#last.set(name, over);
    try {
      return await acted;
    } finally {
      for (const name of names) if (this.#last.get(name) === over) this.#last.delete(name);
    }
  }
}
