// Every place of many texts within another, in time that grows with the length of the other only.

import type { Work } from "../slices.ts";
import { blockLength } from "./unescape-text.ts";

/** Of a longer text so much is compared in one go; then it is followed unit by unit. */
const anchorLength = 16;
/** Pairs of units that a text may begin with, by a hash. */
const pairs = 4_096;
/** So many may begin at the same place in the whole of a block. */
const begunMax = 64;
/** In a text that is not longer, each is looked for by itself: that is quicker than a table of them. */
const shortMax = 1_024;

export interface Wanted {
  /** At least two units. */
  readonly text: string;
}

/** A place of `wanted`. Places of the same that overlap are one: a text of one character has as many as it is long. */
export type Report<One> = (wanted: One, start: number, end: number) => void;

interface Begun<One> {
  readonly wanted: One;
  readonly anchor: string;
}

/** What the search for several texts keeps of them. */
export class Scanner<One extends Wanted> {
  readonly #all: readonly Begun<One>[];
  #byPair: ByPair<One> | null = null;
  readonly #failures = new Map<One, Int32Array>();

  constructor(all: readonly One[]) {
    this.#all = all.map((wanted) => ({ wanted, anchor: wanted.text.slice(0, anchorLength) }));
  }

  /** False where nothing even begins: nothing that is looked for stands there. */
  begins(text: string): boolean {
    return this.#all.some(({ anchor }) => text.includes(anchor));
  }

  /** Tells of all places, in no certain order. */
  *scan(text: string, report: Report<One>): Work<void> {
    const followers = new Map<One, Follower<One>>();
    const begin = (wanted: One, at: number, until: number) => {
      let follower = followers.get(wanted);
      if (follower === undefined) {
        follower = new Follower(wanted, report, this.#failures);
        followers.set(wanted, follower);
      }
      follower.begin(text, at, until);
    };
    if (text.length <= shortMax) this.#scanShort(text, begin);
    else {
      this.#byPair ??= new ByPair(this.#all);
      // All of them may begin at each place.
      const step = Math.ceil(blockLength / Math.ceil(this.#all.length / begunMax));
      for (let at = 0; at < text.length; ) {
        const until = Math.min(text.length, at + step);
        for (const follower of followers.values()) follower.goOn(text, until);
        at = this.#byPair.scan(text, at, until, begin);
        if (at < text.length) yield;
      }
    }
    for (const follower of followers.values()) follower.end();
  }

  #scanShort(text: string, begin: Begin<One>): void {
    for (const { wanted, anchor } of this.#all) {
      for (let at = text.indexOf(anchor); at >= 0; at = text.indexOf(anchor, at + 1))
        begin(wanted, at, text.length);
    }
  }
}

type Begin<One> = (wanted: One, at: number, until: number) => void;

/** What is looked for, by the two units that it begins with. */
class ByPair<One extends Wanted> {
  readonly #lists = new Map<number, Begun<One>[]>();
  /** 1 where there is a list. */
  readonly #known = new Uint8Array(pairs);

  constructor(all: readonly Begun<One>[]) {
    for (const one of all) {
      const pair = pairOf(one.anchor.charCodeAt(0), one.anchor.charCodeAt(1));
      const others = this.#lists.get(pair);
      if (others === undefined) this.#lists.set(pair, [one]);
      else others.push(one);
      this.#known[pair] = 1;
    }
  }

  /** Tells what begins from `from` on and before `until`, which is given back. */
  scan(text: string, from: number, until: number, begin: Begin<One>): number {
    const known = this.#known;
    const last = Math.min(until, text.length - 1);
    let first = text.charCodeAt(from);
    for (let at = from; at < last; at++) {
      const second = text.charCodeAt(at + 1);
      const pair = pairOf(first, second);
      if (known[pair] !== 0) {
        for (const { wanted, anchor } of this.#lists.get(pair) ?? [])
          if (text.startsWith(anchor, at)) begin(wanted, at, until);
      }
      first = second;
    }
    return until;
  }
}

function pairOf(first: number, second: number): number {
  return (first * 31 + second) & (pairs - 1);
}

/** Where one wanted text is begun to be found, and whether it is. */
class Follower<One extends Wanted> {
  readonly #wanted: One;
  readonly #report: Report<One>;
  readonly #failures: Map<One, Int32Array>;
  /** Units of it that fit before `#at`; 0 when it is not followed. */
  #matched = 0;
  #at = 0;
  /** The last place, which the next may overlap. */
  #start = -1;
  #end = -1;

  constructor(wanted: One, report: Report<One>, failures: Map<One, Int32Array>) {
    this.#wanted = wanted;
    this.#report = report;
    this.#failures = failures;
  }

  /** Its anchor stands at `start`. */
  begin(text: string, start: number, until: number): void {
    // What is followed already has found that by itself.
    if (this.#matched > 0 || start < this.#at) return;
    this.#matched = Math.min(anchorLength, this.#wanted.text.length);
    this.#at = start + this.#matched;
    this.goOn(text, until);
  }

  /** Goes on as long as anything of it fits. */
  goOn(text: string, until: number): void {
    if (this.#matched === 0) return;
    const wanted = this.#wanted.text;
    const failures = this.#failuresOf();
    let matched = this.#matched;
    let at = this.#at;
    for (;;) {
      if (matched === wanted.length) {
        this.#found(at - matched, at);
        matched = failures[matched - 1] as number;
      }
      if (matched === 0 || at >= until) break;
      const unit = text.charCodeAt(at);
      while (matched > 0 && unit !== wanted.charCodeAt(matched)) matched = failures[matched - 1] as number;
      if (unit === wanted.charCodeAt(matched)) matched++;
      at++;
    }
    this.#matched = matched;
    this.#at = at;
  }

  end(): void {
    if (this.#end >= 0) this.#report(this.#wanted, this.#start, this.#end);
  }

  #found(start: number, end: number): void {
    if (start >= this.#end) {
      this.end();
      this.#start = start;
    }
    this.#end = end;
  }

  #failuresOf(): Int32Array {
    let failures = this.#failures.get(this.#wanted);
    if (failures === undefined) {
      failures = failuresOf(this.#wanted.text);
      this.#failures.set(this.#wanted, failures);
    }
    return failures;
  }
}

/**
 * Where each prefix of `text` can go on when the next character does not fit (Knuth, Morris and Pratt, "Fast pattern
 * matching in strings", SIAM J. Comput. 6, 1977).
 */
function failuresOf(text: string): Int32Array {
  const failures = new Int32Array(text.length);
  let matched = 0;
  for (let at = 1; at < text.length; at++) {
    while (matched > 0 && text.charCodeAt(at) !== text.charCodeAt(matched))
      matched = failures[matched - 1] as number;
    if (text.charCodeAt(at) === text.charCodeAt(matched)) matched++;
    failures[at] = matched;
  }
  return failures;
}
