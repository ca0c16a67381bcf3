// Lookups of names: one for all who ask at a time, kept for seconds, and so many under way that slow names do not hold up others.

import { domainOf } from "./domain-of.ts";
import type { ResolveHost } from "./guarded-connector.ts";

type Done = Parameters<ResolveHost>[1];
type Addresses = Parameters<Done>[1];

/** As long as one connection's attempts may take: a name that moves is followed soon. */
const keptMs = 5_000;
const keptMax = 1_000;
/** Whoever asks hears within this; the system may take longer, and what it finds then is kept, too. */
const timeoutMs = 8_000;
/** Of those under way at once, names of one domain may take this part. */
const domainShare = 1 / 4;

interface Asked {
  readonly host: string;
  readonly domain: string;
  readonly timer: NodeJS.Timeout;
  /** Null once they have been told that it takes too long. */
  waiting: Done[] | null;
  begun: boolean;
}

export class HostLookups {
  readonly #resolve: ResolveHost;
  readonly #max: number;
  readonly #domainMax: number;
  /** Waiting for their turn or under way, by host. */
  readonly #asked = new Map<string, Asked>();
  /** Waiting for their turn, by domain; the domain whose turn is next stands first. */
  readonly #lines = new Map<string, Asked[]>();
  /** By domain. */
  readonly #underWay = new Map<string, number>();
  #count = 0;
  /** By host, the oldest first. */
  readonly #kept = new Map<string, { readonly addresses: Addresses; readonly until: number }>();

  /** @param max how many may be under way at once */
  constructor(resolve: ResolveHost, max = systemLookupsMax(process.env["UV_THREADPOOL_SIZE"])) {
    this.#resolve = resolve;
    this.#max = max;
    this.#domainMax = Math.max(1, Math.floor(max * domainShare));
  }

  readonly resolve: ResolveHost = (host, done) => {
    const kept = this.#kept.get(host);
    if (kept !== undefined && performance.now() < kept.until) return done(null, kept.addresses);
    const there = this.#asked.get(host);
    if (there === undefined) this.#ask(host, done);
    else if (there.waiting === null) done(tooLong(), []);
    else there.waiting.push(done);
  };

  #ask(host: string, done: Done): void {
    const timer = setTimeout(() => this.#giveUp(asked), timeoutMs).unref();
    const asked: Asked = { host, domain: domainOf(host), timer, waiting: [done], begun: false };
    this.#asked.set(host, asked);
    const line = this.#lines.get(asked.domain);
    if (line === undefined) this.#lines.set(asked.domain, [asked]);
    else line.push(asked);
    this.#beginNext();
  }

  #beginNext(): void {
    while (this.#count < this.#max) {
      const next = this.#next();
      if (next === null) return;
      this.#begin(next);
    }
  }

  #next(): Asked | null {
    for (const [domain, line] of this.#lines) {
      if (this.#of(domain) >= this.#domainMax) continue;
      const asked = line.shift() ?? null;
      this.#lines.delete(domain);
      if (line.length > 0) this.#lines.set(domain, line);
      return asked;
    }
    return null;
  }

  #begin(asked: Asked): void {
    const { host, domain } = asked;
    asked.begun = true;
    this.#count++;
    this.#underWay.set(domain, this.#of(domain) + 1);
    this.#resolve(host, (error, addresses) => {
      this.#count--;
      const left = this.#of(domain) - 1;
      if (left === 0) this.#underWay.delete(domain);
      else this.#underWay.set(domain, left);
      this.#asked.delete(host);
      clearTimeout(asked.timer);
      if (error === null) this.#keep(host, addresses);
      for (const done of asked.waiting ?? []) done(error, addresses);
      this.#beginNext();
    });
  }

  /** One that is under way goes on: nothing can stop it. */
  #giveUp(asked: Asked): void {
    const waiting = asked.waiting ?? [];
    asked.waiting = null;
    if (!asked.begun) {
      this.#asked.delete(asked.host);
      const line = this.#lines.get(asked.domain)?.filter((other) => other !== asked) ?? [];
      if (line.length > 0) this.#lines.set(asked.domain, line);
      else this.#lines.delete(asked.domain);
    }
    for (const done of waiting) done(tooLong(), []);
  }

  #of(domain: string): number {
    return this.#underWay.get(domain) ?? 0;
  }

  #keep(host: string, addresses: Addresses): void {
    this.#kept.delete(host);
    this.#kept.set(host, { addresses, until: performance.now() + keptMs });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > keptMax && !oldest.done) this.#kept.delete(oldest.value);
  }
}

/** libuv gives lookups half of its threads, of which there are four unless this variable says otherwise. */
export function systemLookupsMax(threads: string | undefined): number {
  const given = Number(threads);
  const count = Number.isInteger(given) && given > 0 ? Math.min(given, 1024) : 4;
  return Math.floor((count + 1) / 2);
}

function tooLong(): Error {
  return Object.assign(new Error("the name was not resolved in time"), { code: "ETIMEOUT" });
}
