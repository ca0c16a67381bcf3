// Gates by the names of their hosts: beyond a number, those that have nothing to remember are forgotten.

export class KeptGates<Kept> {
  readonly #kept = new Map<string, Kept>();
  readonly #usual: number;
  readonly #isIdle: (kept: Kept) => boolean;
  /** Names that came since all were looked at. */
  #came = 0;
  /** As many as were left then, so that to look at all costs each name the same. */
  #lookAfter = 0;

  /** @param usual how many are kept though they are idle */
  constructor(usual: number, isIdle: (kept: Kept) => boolean) {
    this.#usual = usual;
    this.#isIdle = isIdle;
  }

  get isIdle(): boolean {
    return [...this.#kept.values()].every(this.#isIdle);
  }

  values(): Iterable<Kept> {
    return this.#kept.values();
  }

  get(key: string): Kept | undefined {
    return this.#kept.get(key);
  }

  /** Whether one is kept under the name, or may be, where no more than `most` are. */
  takes(key: string, most: number): boolean {
    if (this.#kept.has(key)) return true;
    if (this.#kept.size >= most) this.#lookAtAll();
    return this.#kept.size < most;
  }

  of(key: string, make: () => Kept): Kept {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    if (this.#kept.size >= this.#usual) this.#lookAtAll();
    const made = make();
    this.#kept.set(key, made);
    return made;
  }

  #lookAtAll(): void {
    if (++this.#came <= this.#lookAfter) return;
    for (const [key, kept] of this.#kept) if (this.#isIdle(kept)) this.#kept.delete(key);
    this.#came = 0;
    this.#lookAfter = this.#kept.size;
  }
}
