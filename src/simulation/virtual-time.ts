// Time that passes only when nothing is left to do at this moment.

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

export class VirtualTime {
  now: number;
  #heap: Entry[] = [];
  #order = 0;

  constructor(startAt: number) {
    this.now = startAt;
  }

  after(ms: number, act: () => void): void {
    this.at(this.now + ms, act);
  }

  at(at: number, act: () => void): void {
    this.#push({ at: Math.max(at, this.now), order: this.#order++, act });
  }

  /** Lets everything happen until `until` or until `done` says so. */
  async run(until: number, done: () => boolean): Promise<void> {
    for (;;) {
      // Node runs a tick only when no promise can go on any more: that is all the waiting there is.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      if (done()) return;
      const next = this.#heap[0];
      if (next === undefined || next.at > until) return;
      this.#pop();
      this.now = next.at;
      next.act();
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(entry, heap[parent] as Entry)) break;
      heap[place] = heap[parent] as Entry;
      place = parent;
    }
    heap[place] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!before(heap[child] as Entry, last)) break;
      heap[place] = heap[child] as Entry;
      place = child;
    }
    heap[place] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
