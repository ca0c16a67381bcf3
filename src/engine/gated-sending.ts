// How the requests of one call are sent: each of them when the gates of its own host let it through.

import type { OutboundOutcome } from "../ports/caller.ts";
import type { TenantId } from "../value/id.ts";
import { type CalledHost, calledHost } from "./allowed-hosts.ts";
import type { CallRefusal } from "./authorized-call.ts";
import type { CallEnd, HostGate } from "./host-gate.ts";
import type { Held } from "./host-gates.ts";
import { Passage } from "./passage.ts";

/** What a call asks about each request that it sends. */
export interface Sending {
  /** Right before a request is sent to `url`. False when it may not be now, `isHeldBack` is then true; or not at all: `refusal`. */
  begin(url: string): boolean;
  /** What was begun has ended. */
  end(outcome: OutboundOutcome): void;
  /**
   * Waits until one more request may be sent, to `url` or, for null, to the same host. False when none may be, for now.
   * What was let through and not sent gives its place to others. Behind a request that was sent it is never false because
   * the lease may have ended or the node stops: the call is not over then, and what comes of it is not known.
   */
  again(url: string | null): Promise<boolean>;
  /** Something else comes first, which may have to wait: the place is given to others, until `again`. */
  stepAside(): void;
  /** It is `other` that comes first, and what holds that back holds this back. `givenUp`: called when this is, meanwhile. */
  waitFor(other: Sending, givenUp: () => void): void;
  /** Gives up what was not sent yet; false when something was. */
  withdraw(): boolean;
  /** Why the call may not go to the host at all, as it was found last: its workflow is not among those of the host's rule. */
  readonly refusal: CallRefusal | null;
  /** The same of any address, by the rules that are known. */
  refusalOf(url: string): CallRefusal | null;
  /** What holds it back now; null when nothing does. */
  readonly held: Held | null;
  readonly isAside: boolean;
  /** It was let through, and may not be sent now all the same: it has to come `again`. */
  readonly isHeldBack: boolean;
  /** How long requests of the call waited, all in all. */
  readonly heldMs: number;
  /** For a request on behalf of several calls of a tenant: it waits apart from them, and from those of other tenants. */
  beside(): Sending;
}

/** What the gates are asked. */
export interface Gates {
  /** Those before a host in their order; null while the rules of the tenant must be read first. */
  before(tenant: TenantId, called: CalledHost | null): readonly HostGate[] | null;
  /** The same by the rules that are known, however long ago they were read; null when they were forgotten. */
  lastBefore(tenant: TenantId, called: CalledHost | null): readonly HostGate[] | null;
  /** By the rules that are known: why the caller's workflow may not call the host; null when it may. */
  /** `called` is null where the host cannot be told for certain. */
  refusal(caller: Caller, called: CalledHost | null): CallRefusal | null;
  /** Errors: those of the store, `locked`. */
  readRules(tenant: TenantId): Promise<void>;
  /** A call waits here. */
  waits(tenant: TenantId): void;
  /** False when the lease may have ended or the engine stops. */
  maySend(): boolean;
  /** As `maySend`, for what goes on behind a request that was sent: true as well while calls under way may end. */
  mayGoOn(): boolean;
  now(): number;
}

/** Whose call it is: `run` takes turns with other runs. */
export interface Caller {
  readonly tenant: TenantId;
  readonly run: string;
  readonly workflow: string;
}

export class GatedSending implements Sending {
  readonly #gates: Gates;
  readonly #caller: Caller;
  #called: CalledHost | null;
  #passage: Passage | null = null;
  #resolve: ((through: boolean) => void) | null = null;
  #wake: (() => void) | null = null;
  /** Raised by whatever ends a wait: what comes of an earlier one counts no more. */
  #round = 0;
  #since = 0;
  #heldMs = 0;
  #heldBack = false;
  #refusal: CallRefusal | null = null;
  #isAside = false;
  /** What comes first while it is aside. */
  #first: { readonly held: Held | null; readonly givenUp: () => void } | null = null;
  #hasBegun = false;
  #isAborted = false;

  /** @param url as it is recorded: what a secret stands for is no host, and has no gate */
  constructor(gates: Gates, caller: Caller, url: string | null) {
    this.#gates = gates;
    this.#caller = caller;
    this.#called = url === null ? null : hostOf(url);
  }

  get isAside(): boolean {
    return this.#isAside;
  }

  /** Whether any request of it was sent. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isHeldBack(): boolean {
    return this.#heldBack;
  }

  get refusal(): CallRefusal | null {
    return this.#refusal;
  }

  refusalOf(url: string): CallRefusal | null {
    return this.#gates.refusal(this.#caller, hostOf(url));
  }

  get heldMs(): number {
    return this.#heldMs;
  }

  get held(): Held | null {
    if (this.#isAside) return this.#first?.held ?? null;
    const by = this.#passage?.heldBy ?? null;
    return by === null || this.#called === null ? null : { host: this.#called.host, by };
  }

  get isThrough(): boolean {
    return this.#passage?.isThrough ?? false;
  }

  /** Whether there is any gate to go through; null when the rules must be read first. */
  get isGated(): boolean | null {
    const gates = this.#gates.before(this.#caller.tenant, this.#called);
    return gates === null ? null : gates.length > 0;
  }

  /** Calls one of the two, once: `through` as soon as a request may be sent, at once when it may now; `turnAway` also for a `refusal`, later. */
  enter(through: () => void, turnAway: () => void): void {
    this.#leave("none");
    this.#heldBack = false;
    this.#isAside = false;
    this.#first = null;
    this.#since = this.#gates.now();
    const round = ++this.#round;
    const gates = this.#gates.before(this.#caller.tenant, this.#called);
    if (gates !== null) {
      this.#pass(gates, through, turnAway);
      return;
    }
    this.#gates.readRules(this.#caller.tenant).then(
      () => {
        if (round !== this.#round) return;
        this.#since = this.#gates.now();
        this.#pass(this.#gates.before(this.#caller.tenant, this.#called) ?? [], through, turnAway);
      },
      () => {
        if (round === this.#round) turnAway();
      },
    );
  }

  begin(url: string): boolean {
    const gates = this.#gates.lastBefore(this.#caller.tenant, this.#called);
    this.#refusal = this.refusalOf(url);
    // A rule that came meanwhile holds already.
    const wentThroughAll = gates?.every((gate) => this.#passage?.has(gate) ?? false);
    const mayGo = this.#refusal === null && wentThroughAll === true;
    this.#heldBack = !mayGo || !(this.#passage?.begin() ?? true);
    if (!this.#heldBack) this.#hasBegun = true;
    return !this.#heldBack;
  }

  end(outcome: OutboundOutcome): void {
    this.#leave(endOf(outcome));
  }

  async again(url: string | null): Promise<boolean> {
    if (url !== null) this.#called = hostOf(url);
    while (this.#mayBegin || (await this.#waitForLease())) {
      const through = await this.#comeThrough();
      if (through && this.#mayBegin) return true;
      // A place that is not used goes to others.
      this.#leave("none");
      if (this.#refusal !== null || !this.#hasBegun || this.#isAborted || (!through && this.#gates.maySend()))
        return false;
      // The gates were closed with the node.
      if (!through) await this.#untilWoken();
    }
    return false;
  }

  /** The run was woken: what waited for the lease may go on. */
  proceed(): void {
    if (this.#mayBegin) this.#wake?.();
  }

  stepAside(): void {
    this.#isAside = true;
    this.#leave("none");
  }

  waitFor(other: Sending, givenUp: () => void): void {
    if (!this.#isAside || this.#isAborted) return;
    this.#first = {
      givenUp,
      get held() {
        return other.held;
      },
    };
  }

  withdraw(): boolean {
    if (!this.#hasBegun) this.abort();
    return !this.#hasBegun;
  }

  /** Whatever it waits for does not come any more, and it never waits again. */
  abort(): void {
    this.#isAborted = true;
    this.#wake?.();
    this.#first?.givenUp();
    this.#first = null;
    this.#leave("none");
    this.#resolve?.(false);
  }

  beside(): GatedSending {
    const { tenant, workflow } = this.#caller;
    return new GatedSending(this.#gates, { tenant, run: tenant, workflow }, null);
  }

  get #mayBegin(): boolean {
    return !this.#isAborted && (this.#hasBegun ? this.#gates.mayGoOn() : this.#gates.maySend());
  }

  /** False when nothing of it may be sent any more, or, of what has not begun, for now. */
  async #waitForLease(): Promise<boolean> {
    while (this.#hasBegun && !this.#isAborted && !this.#mayBegin) await this.#untilWoken();
    return this.#mayBegin;
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #comeThrough(): Promise<boolean> {
    const through = await new Promise<boolean>((resolve) => {
      this.#resolve = resolve;
      this.enter(
        () => resolve(true),
        () => resolve(false),
      );
    });
    this.#resolve = null;
    return through;
  }

  #pass(gates: readonly HostGate[], through: () => void, turnAway: () => void): void {
    this.#refusal = this.#called === null ? null : this.#gates.refusal(this.#caller, this.#called);
    if (this.#refusal !== null) {
      const round = this.#round;
      void Promise.resolve().then(() => {
        if (round === this.#round) turnAway();
      });
      return;
    }
    const come = () => {
      if (gates.length > 0) this.#heldMs += Math.max(0, this.#gates.now() - this.#since);
      through();
    };
    this.#passage = new Passage(gates, this.#caller.run, come, turnAway);
    if (this.held !== null) this.#gates.waits(this.#caller.tenant);
  }

  #leave(end: CallEnd): void {
    this.#round++;
    const passage = this.#passage;
    this.#passage = null;
    passage?.leave(end);
  }
}

/** As it is sent: other spellings of a host are the same host (WHATWG URL, section 4.4), and so is its name with the root's dot. */
function hostOf(url: string): CalledHost | null {
  const parsed = URL.parse(url);
  return parsed === null ? null : calledHost(`${parsed.protocol}//${parsed.host.replace(/\.(?=:|$)/, "")}`);
}

/** A host that does not answer, or only that it cannot, is left alone; any other answer shows that it works. */
function endOf(outcome: OutboundOutcome): CallEnd {
  if (outcome.type === "response") return outcome.status >= 500 ? "failed" : "answered";
  if (outcome.reason === "network" || outcome.reason === "timeout") return "failed";
  return outcome.sent && outcome.reason !== "aborted" ? "answered" : "none";
}
