// The gates before all called hosts for which the operator, or the tenant that calls, has a rule.

import type { Clock } from "../ports/clock.ts";
import type { AttemptOutcome } from "../run/command.ts";
import type { CallEffect } from "../run/effect.ts";
import { assert } from "../value/assert.ts";
import type { TenantId } from "../value/id.ts";
import type { ActiveRun } from "./active-run.ts";
import { type CalledHost, isAllowed } from "./allowed-hosts.ts";
import { refuseWorkflow } from "./allowed-workflows.ts";
import { callOf } from "./call-of.ts";
import { GatedSending, type Gates } from "./gated-sending.ts";
import { type GateClock, type HeldBy, HostGate } from "./host-gate.ts";
import { type HostRule, keyOf, ruleFor, type TenantRule } from "./host-rule.ts";
import type { GatesByRules, HostRules, HostStanding, MetRule } from "./host-rules.ts";
import { KeptGates } from "./kept-gates.ts";
import { MetHosts } from "./met-hosts.ts";
import { type CallUnderWay, performCall, refusedCall } from "./perform-call.ts";
import type { RunHost } from "./run-host.ts";
import type { Secrets } from "./secrets.ts";
import type { Timer, Timers } from "./timers.ts";

type Done = (outcome: AttemptOutcome | "locked") => void;

interface AskedCall {
  readonly run: ActiveRun;
  readonly effect: CallEffect;
  readonly done: Done;
}

/** The gate of one tenant before one host. */
interface OwnGate {
  readonly called: CalledHost;
  readonly gate: HostGate;
  /** Of the rule that holds; null for none. */
  edition: number | null;
}

/** Gates that are kept though they have nothing to remember: of one of the operator's rules, and of one tenant; and tenants. */
const usual = { gates: 1_000, ofTenant: 50, tenants: 1_000 } as const;
/** Hosts of a tenant, and of one of the operator's rules, with a gate each; what more is called shares one gate a rule. */
const hostsMax = 10_000;
/** How often rules are read again for which calls wait: another node may have changed them. */
const refreshMs = 2_000;

export interface Held {
  readonly host: string;
  readonly by: HeldBy;
}

export class HostGates implements GatesByRules {
  readonly #rules: readonly HostRule[];
  readonly #clock: GateClock;
  /** By rules of the operator's, so that the many hosts of one are nothing to the others. */
  readonly #gates: ReadonlyMap<HostRule, KeptGates<HostGate>>;
  /** By tenants, so that the many hosts of one are nothing to the others. */
  readonly #own = new KeptGates<KeptGates<OwnGate>>(usual.tenants, (own) => own.isIdle);
  readonly #ofTenants: HostRules;
  /** Those for which the operator has a rule. */
  readonly #met = new MetHosts();
  /** Tenants of whom calls waited lately. */
  readonly #waiting = new Set<TenantId>();
  readonly #startedAt: number;
  #refresh: Timer | null = null;
  #closed = false;

  constructor(rules: readonly HostRule[], ofTenants: HostRules, clock: Clock, timers: Timers) {
    this.#rules = rules;
    this.#gates = new Map(rules.map((rule) => [rule, new KeptGates(usual.gates, (gate) => gate.isIdle)]));
    this.#ofTenants = ofTenants;
    this.#clock = { now: () => clock.now(), timers };
    this.#startedAt = clock.now();
    ofTenants.useGates(this);
  }

  /** Makes the call of `run` as soon as the rules of its host let it; and the run is woken to send it. */
  perform(host: RunHost, secrets: Secrets, { run, effect, done }: AskedCall): CallUnderWay {
    const { tenant, id, definition } = run.identity;
    const caller = { tenant, run: id, workflow: definition.workflow.name };
    const sending = new GatedSending(this.#asked(host), caller, addressOf(effect));
    let call: CallUnderWay | null = null;
    const send = () => performCall(host.ports, secrets, { ...callOf(host, run, effect), done: end, sending });
    // What an append under way decides may drop the call: it begins when the run rests, as any other.
    const enter = () =>
      sending.enter(
        () => void Promise.resolve().then(() => run.wake()),
        () => done(sending.refusal === null ? "locked" : refusedCall(sending.refusal)),
      );
    const end: Done = (outcome) => {
      const comesAgain = outcome === "locked" && sending.isHeldBack && host.maySend();
      sending.stepAside();
      if (!comesAgain) {
        const { heldMs } = sending;
        done(outcome === "locked" || heldMs === 0 ? outcome : { ...outcome, heldMs });
        return;
      }
      call = null;
      enter();
    };
    if (sending.isGated === false) call = send();
    else enter();
    return {
      proceed: () => {
        sending.proceed();
        if (!sending.isThrough || call !== null) return;
        if (host.maySend()) call = send();
        else {
          sending.stepAside();
          done("locked");
        }
      },
      abort() {
        sending.abort();
        call?.abort();
      },
      withdraw() {
        if (call !== null && sending.hasBegun) return false;
        sending.abort();
        call?.abort();
        return true;
      },
      held: () => sending.held,
    };
  }

  standing(tenant: TenantId, edition: number): readonly HostStanding[] {
    const gates = this.#ownOf(tenant).filter((own) => own.edition === edition);
    return gates.map(({ called, gate }) => ({ called, ...gate.standing }));
  }

  met(tenant: TenantId): readonly MetRule[] {
    const met = this.#met.of(tenant);
    const hostsOf = (rule: HostRule) =>
      met
        .filter((called) => this.#operatorsFor(called) === rule)
        .map((called) => ({ called, ...(this.#knownGate(called, rule)?.standing ?? untouched) }));
    return this.#rules.map((rule) => ({ rule, hosts: hostsOf(rule) })).filter((one) => one.hosts.length > 0);
  }

  /** The rules of a tenant were read: its gates go by them from now on. */
  follow(tenant: TenantId, rules: readonly TenantRule[]): void {
    for (const own of this.#ownOf(tenant)) {
      const rule = ruleFor(rules, own.called) ?? null;
      if ((rule?.edition ?? null) === own.edition) continue;
      own.edition = rule?.edition ?? null;
      own.gate.change(rule ?? { host: own.called.host, rate: null, concurrency: null, breaker: null });
    }
  }

  /** Nothing more comes through: calls that wait go back, unsent, as if a secret of theirs were locked. */
  close(): void {
    this.#closed = true;
    if (this.#refresh !== null) this.#clock.timers.cancel(this.#refresh);
    for (const gates of this.#gates.values()) for (const gate of gates.values()) gate.close();
    for (const own of this.#own.values()) for (const { gate } of own.values()) gate.close();
  }

  #asked(host: RunHost): Gates {
    return {
      before: (tenant, called) => this.#before(this.#ofTenants.known(tenant), tenant, called),
      lastBefore: (tenant, called) => this.#before(this.#ofTenants.last(tenant), tenant, called),
      refusal: ({ tenant, workflow }, called) =>
        refuseWorkflow(this.#ofTenants.last(tenant) ?? [], called, workflow),
      readRules: async (tenant) => void (await this.#ofTenants.find(tenant)),
      waits: (tenant) => this.#waits(tenant),
      maySend: () => host.maySend(),
      mayGoOn: () => host.mayGoOn(),
      now: () => this.#clock.now(),
    };
  }

  /** First the tenant's own, so that a call that its rule holds back takes no place that others could have. */
  #before(
    known: readonly TenantRule[] | null,
    tenant: TenantId,
    called: CalledHost | null,
  ): readonly HostGate[] | null {
    if (known === null) return null;
    if (called === null) return noGates;
    const own = ruleFor(known, called);
    const rule = this.#operatorsFor(called);
    if (own === undefined && rule === undefined) return noGates;
    const gates: HostGate[] = [];
    if (own !== undefined) gates.push(this.#ownGate(tenant, called, own).gate);
    if (rule !== undefined) {
      this.#met.note(tenant, called);
      gates.push(this.#gateOf(called, rule));
    }
    return gates;
  }

  #operatorsFor(called: CalledHost): HostRule | undefined {
    return this.#rules.find((one) => isAllowed([one.host], called));
  }

  #gateOf(called: CalledHost, rule: HostRule): HostGate {
    const gates = this.#gates.get(rule);
    assert(gates !== undefined, "the operator's rules are those of the start");
    const host = gates.takes(keyOf(called), hostsMax) ? called : sharedBy(rule, called);
    return gates.of(keyOf(host), () => new HostGate(rule, this.#clock, this.#startedAt));
  }

  #knownGate(called: CalledHost, rule: HostRule): HostGate | undefined {
    const gates = this.#gates.get(rule);
    return gates?.get(keyOf(called)) ?? gates?.get(keyOf(sharedBy(rule, called)));
  }

  #ownOf(tenant: TenantId): readonly OwnGate[] {
    return [...(this.#own.get(tenant)?.values() ?? [])];
  }

  #ownGate(tenant: TenantId, host: CalledHost, rule: TenantRule): OwnGate {
    const own = this.#own.of(tenant, () => new KeptGates(usual.ofTenant, ({ gate }) => gate.isIdle));
    const called = own.takes(keyOf(host), hostsMax) ? host : sharedBy(rule, host);
    return own.of(keyOf(called), () => {
      const startedAt = rule.updatedAt >= this.#startedAt ? null : this.#startedAt;
      return { called, gate: new HostGate(rule, this.#clock, startedAt), edition: rule.edition };
    });
  }

  #waits(tenant: TenantId): void {
    this.#waiting.add(tenant);
    if (this.#refresh !== null || this.#closed) return;
    this.#refresh = this.#clock.timers.set(this.#clock.now() + refreshMs, () => {
      this.#refresh = null;
      for (const waiting of [...this.#waiting]) {
        this.#waiting.delete(waiting);
        if (!this.#ownOf(waiting).some(({ gate }) => gate.standing.waiting > 0)) continue;
        this.#waits(waiting);
        // What cannot be read now is read at the next time.
        this.#ofTenants.find(waiting).catch(() => {});
      }
    });
  }
}

const untouched = { breaker: "closed", opensUntil: null, waiting: 0, rateLeft: null } as const;
const noGates: readonly HostGate[] = [];

/** The same rule fits it as fits `called`. */
function sharedBy({ host }: HostRule, { port }: CalledHost): CalledHost {
  return { host: host.replace(/:\d+$/, ""), port };
}

function addressOf({ request: { url } }: CallEffect): string {
  return typeof url === "string" ? url : url.map((part) => (typeof part === "string" ? part : "\0")).join("");
}
