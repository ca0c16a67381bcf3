// Called hosts are spared: never more calls at once, or in a time, than a rule says, and none while its breaker is open.

import type { Broken, Call, History } from "../history.ts";

/** Of one engine and one host; what its rule says. */
type Rule = Pick<History["hosts"][number], "rate" | "concurrency" | "breaker">;

interface Happening {
  readonly order: number;
  readonly at: number;
  readonly call: Call;
  readonly begins: boolean;
}

export function checkHosts(history: History): readonly Broken[] {
  const [rule] = history.hosts;
  if (rule === undefined) return [];
  const groups = new Map<string, Call[]>();
  for (const call of history.calls) {
    const { hostname } = new URL(call.url);
    if (hostname !== "services.example" && !rule.host.startsWith("*.")) continue;
    const key = `${call.process} ${hostname}`;
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()].flatMap((calls) => new HostCheck(rule, calls).check());
}

export class HostCheck {
  readonly #rule: Rule;
  readonly #calls: readonly Call[];
  readonly #broken: Broken[] = [];
  #underWay = 0;
  readonly #sent: number[] = [];
  #failures = 0;
  #openUntil: number | null = null;
  #openings = 0;
  readonly #openingOf = new Map<Call, number>();
  #probe: Call | null = null;

  constructor(rule: Rule, calls: readonly Call[]) {
    this.#rule = rule;
    this.#calls = calls;
  }

  /** @param untilOrder up to where the rule holds */
  check(untilOrder = Infinity): readonly Broken[] {
    for (const { call, at, begins, order } of happeningsOf(this.#calls)) {
      if (order >= untilOrder) break;
      if (begins) this.#begin(call, at);
      else this.#end(call, at);
    }
    return this.#broken;
  }

  #say(promise: string, call: Call, what: string): void {
    this.#broken.push({ promise, run: call.run, what });
  }

  #begin(call: Call, at: number): void {
    const { concurrency, rate } = this.#rule;
    this.#underWay++;
    if (concurrency !== null && this.#underWay > concurrency)
      this.#say("a host is called by no more at once than its rule says", call, `${this.#underWay} calls`);
    if (rate !== null) {
      const before = this.#sent[this.#sent.length - rate.calls];
      if (before !== undefined && at - before < rate.perMs)
        this.#say("a host is called no more often than its rule says", call, `${at - before} ms`);
      this.#sent.push(at);
    }
    this.#openingOf.set(call, this.#openings);
    if (this.#openUntil === null) return;
    if (at < this.#openUntil)
      this.#say("an open breaker lets nothing through", call, `${this.#openUntil - at} ms early`);
    else if (this.#probe !== null)
      this.#say("a half-open breaker lets one call through", call, "a second one");
    this.#probe = call;
  }

  #end(call: Call, at: number): void {
    const { breaker } = this.#rule;
    this.#underWay--;
    const probes = call === this.#probe;
    if (probes) this.#probe = null;
    const failed = isFailure(call);
    if (breaker === null || failed === null || this.#openingOf.get(call) !== this.#openings) return;
    if (!failed) {
      this.#failures = 0;
      this.#openUntil = null;
      return;
    }
    this.#failures++;
    if (!probes && this.#failures < breaker.failures) return;
    this.#openings++;
    this.#openUntil = at + breaker.openMs;
  }
}

function happeningsOf(calls: readonly Call[]): readonly Happening[] {
  const found = calls.flatMap((call): Happening[] => {
    const begins = { order: call.sentOrder, at: call.sentAt, call, begins: true };
    return call.ended === null ? [begins] : [begins, { ...call.ended, call, begins: false }];
  });
  return found.sort((one, other) => one.order - other.order);
}

/** Null when the call says nothing of the host. */
function isFailure({ heard, ended }: Call): boolean | null {
  if (heard === null || ended?.gaveUp === true) return null;
  if (heard.type === "response") return heard.status >= 500;
  if (heard.reason === "network" || heard.reason === "timeout") return true;
  return heard.sent ? false : null;
}
