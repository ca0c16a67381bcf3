// A run in memory: one mailbox, one append in flight, effects released only after it.

import type { AppendUnit, RunHead } from "../ports/store.ts";
import type { CommandBody } from "../run/command.ts";
import type { Effect } from "../run/effect.ts";
import type { Computed, ComputedValue } from "../run/need.ts";
import { outstanding } from "../run/outstanding.ts";
import type { RunState } from "../run/state.ts";
import { addComputed } from "../run/unjudged.ts";
import type { RunId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { BodyAway, type StoredMember } from "../value/stored-body.ts";
import { Backoff } from "./backoff.ts";
import { birthRefused } from "./birth-refused.ts";
import { findUnit } from "./find-unit.ts";
import { followEpoch } from "./follow-epoch.ts";
import { goesOnAtOnce } from "./goes-on-at-once.ts";
import { HeldBodies } from "./held-bodies.ts";
import { answerAll, type Letter, lettersInLine, type Reply, refuseAll, yieldAll } from "./letter.ts";
import { type Decided, decideAll, headOf, isOver, type RunIdentity, unitOf, wrapAnew } from "./propose.ts";
import { readAgain } from "./read-again.ts";
import { RunEffects } from "./run-effects.ts";
import { runElsewhere } from "./run-elsewhere.ts";
import { type Errand, RunErrands } from "./run-errands.ts";
import type { RunHost } from "./run-host.ts";
import { topicsId } from "./unit-extra.ts";

interface Proposal extends Decided {
  readonly effects: readonly Effect[];
  readonly unit: AppendUnit;
  readonly topics: string;
}

export class ActiveRun {
  /** Only how keys are wrapped may change. */
  identity: RunIdentity;
  /** The durable state. */
  state: RunState | null;
  readonly #host: RunHost;
  readonly effects: RunEffects;
  readonly #errands: RunErrands;
  /** What the sandbox has computed and no decision has used up yet. */
  readonly #computed = new Map<string, ComputedValue>();
  readonly #bodies: HeldBodies;
  /** Ids of the waits for events whose topics the store knows. */
  #topics = "";
  #mailbox: Letter[] = [];
  /** Those of an append whose outcome is unknown, while the store is asked. */
  #examined: readonly Letter[] = [];
  /** An append is under way, or waits to be tried again. */
  #busy = false;
  readonly #backoff: Backoff;
  /** What the store knows: false when the last append let the run go. */
  #held = true;
  #gone = false;
  /** An append fell silent and was not there: the store may still apply it. */
  #doubted = false;

  constructor(host: RunHost, identity: RunIdentity, state: RunState | null) {
    this.#host = host;
    this.identity = identity;
    this.state = state;
    this.effects = new RunEffects(host, this);
    this.#errands = new RunErrands(host, this);
    this.#bodies = new HeldBodies(host, identity);
    this.#backoff = new Backoff(host);
    if (state !== null) this.#topics = topicsId(this.#outstanding(state));
  }

  /** What was computed before the run was created. */
  prepare(computed: Computed): void {
    for (const [key, result] of computed) this.#computed.set(key, result);
  }

  /** What the sandbox made of expressions that decisions asked for. */
  compute(results: Computed): void {
    if (this.#gone) return;
    addComputed(this.#computed, results, this.state);
    this.post({ type: "evaluated" }, null);
  }

  /** Brings bodies to hand for decisions that could not be made without it. */
  async fetch(stored: readonly StoredMember[]): Promise<void> {
    await this.#bodies.fetch(stored);
    if (!this.#gone) this.post({ type: "evaluated" }, null);
  }

  /** An errand or a call needs nothing more here until the world changes, or the tenant is open. */
  mayRest(): void {
    if (this.#busy || this.#gone || this.#mailbox.length > 0) return;
    if (this.state !== null) this.#rest(this.#outstanding(this.state));
  }

  /** The world has changed for these errands: they are run again. */
  repeatErrands(concerned: (effect: Errand) => boolean): void {
    if (this.state === null || this.#gone) return;
    this.#errands.forget(concerned);
    this.wake();
  }

  post(command: CommandBody, reply: Reply | null): void {
    if (this.#gone) {
      reply?.failed(runElsewhere("the run has left this node"));
      return;
    }
    this.#mailbox.push({ command, reply });
    if (!this.#busy) this.#turn();
  }

  /** Something may be due: release it now, or after the append under way. */
  wake(): void {
    if (!this.#busy && !this.#gone) this.#settleDown();
  }

  /** Leaves memory: nothing of it goes on here. */
  leave(error: unknown): void {
    this.#gone = true;
    this.effects.dropAll();
    this.#errands.dropAll();
    refuseAll([...this.#examined, ...this.#mailbox.splice(0)], error);
  }

  /** Nothing of it is on the wire, and all that it heard is durable. */
  get isQuiet(): boolean {
    return !this.#busy && this.#mailbox.length === 0 && this.effects.callsUnderWay === 0;
  }

  #turn(): void {
    const proposal = this.#decideAll(this.#mailbox.splice(0));
    if (proposal === null) return;
    const { letters } = proposal;
    this.#busy = true;
    this.#host.journal.submit(proposal.unit, this.identity.key).then(
      (result) => {
        if (this.#gone) return refuseAll(letters, this.#host.goneError());
        switch (result.type) {
          case "appended":
            return this.#adopt(proposal);
          case "start_exists":
            return this.#yieldTo(letters, result.run);
          case "slot_taken":
            return this.#waitInLine(letters);
          case "not_live":
            return this.#decideAfter(letters, this.#host.makeLive(this));
          case "stale_epoch":
            return this.#decideAfter(letters, this.#followEpoch());
          case "stale_key":
          case "item_settled":
          case "workflow_deleted":
            return this.#giveUp(letters, birthRefused(result.type, this.#doubted, this.identity));
          case "stale_seq":
            return this.#evict(letters);
          case "stale_fence":
            refuseAll(letters, this.#host.goneError());
            return this.#host.fenced();
        }
      },
      (error: unknown) => this.#appendFailed(proposal, error),
    );
  }

  /** Null when nothing is to be appended; replies are then given. */
  #decideAll(all: readonly Letter[]): Proposal | null {
    const { workflow } = this.identity.definition;
    const now = this.#host.ports.clock.now();
    let decided: Decided;
    try {
      decided = decideAll(workflow, this.state, all, { now, computed: this.#computed });
      if (decided.events.length > 0) return this.#propose(decided);
    } catch (error) {
      if (error instanceof BodyAway) this.#decideWith(all, error.stored);
      else {
        refuseAll(all, error);
        this.#host.quarantine(this, error);
      }
      return null;
    }
    answerAll(decided.letters, decided.rejections);
    // Much was evaluated and nothing changed: other runs come between.
    if (decided.left.length > 0) this.#tryAgain(decided.left, true);
    else this.#settleDown();
    return null;
  }

  #propose(whole: Decided): Proposal {
    const decided = this.#bodies.apart(this.identity, this.state, whole);
    const state = decided.state as RunState;
    // A place that was free while it was paused is looked for again.
    if (decided.events.some(({ type }) => type === "run.resumed")) this.#errands.forget(() => true);
    const effects = this.#outstanding(state);
    const topics = topicsId(effects);
    const unit = unitOf(this.#host, this.identity, this.state, decided, {
      head: this.#headOf(state, effects),
      topics: topics === this.#topics ? null : effects,
    });
    this.#mailbox = [...whole.left, ...this.#mailbox];
    return { ...decided, effects, unit, topics };
  }

  #outstanding(state: RunState): readonly Effect[] {
    return outstanding(this.identity.definition.workflow, state, this.#computed);
  }

  #headOf(state: RunState, effects: readonly Effect[]): RunHead {
    return headOf(this.#host, this.identity, state, effects, { calls: this.effects, errands: this.#errands });
  }

  /** The append is durable: only now the state counts, effects start and senders hear. */
  #adopt({ letters, rejections, state: decided, effects, unit, topics }: Proposal): void {
    const state = decided as RunState;
    this.#busy = false;
    this.#backoff.reset();
    this.state = state;
    this.#held = unit.head.held;
    this.#topics = topics;
    if (isOver(state)) {
      this.effects.dropAll();
      this.#errands.dropAll();
      this.#gone = true;
      this.#host.ended(this, unit.extra?.pokes ?? []);
    } else {
      if (unit.extra !== null) this.#host.poked(this, unit.extra.pokes);
      if (this.#held) this.#release(effects);
    }
    answerAll(letters, rejections);
    this.#host.changed(this);
    const late = this.#mailbox;
    if (this.#gone) {
      for (const { reply } of late.splice(0)) reply?.decided("run_ended");
    } else if (late.length > 0) {
      if (!this.#busy) this.#turn();
    } else {
      this.#parkIfQuiet();
    }
  }

  #release(effects: readonly Effect[]): void {
    if (!goesOnAtOnce(this.state, effects)) {
      this.#computed.clear();
      this.#bodies.drop();
    }
    this.effects.release(effects);
    this.#errands.release(effects);
  }

  /** Releases what became due meanwhile, unless the run was let go: it may be another node's already. */
  #settleDown(): void {
    if (this.state === null) return;
    if (this.#held) {
      const effects = this.#outstanding(this.state);
      this.#release(effects);
      // It may have come for a command that changed nothing.
      this.#rest(effects);
    } else {
      this.#parkIfQuiet();
    }
  }

  /** Lets the run go when everything that it waits for comes by itself, or it has ended. */
  #rest(effects: readonly Effect[]): void {
    if (this.state === null || !this.#held || !this.isQuiet) return;
    const head = this.#headOf(this.state, effects);
    if (head.held) return;
    const [{ tenant, id: run }, fence, expectedSeq] = [this.identity, this.#host.fence(), this.state.seq];
    this.#busy = true;
    const unit = { tenant, run, fence, expectedSeq, birth: null, batch: null, head, extra: null };
    this.#host.journal.submit(unit).then(
      (result) => {
        if (this.#gone) return;
        this.#busy = false;
        if (result.type !== "appended") return this.#evict([]);
        this.#held = false;
        if (this.#mailbox.length > 0) this.#turn();
        else this.#parkIfQuiet();
      },
      () => {
        this.#busy = false;
        if (!this.#gone) this.#evict([]);
      },
    );
  }

  #parkIfQuiet(): void {
    if (this.#held || this.#busy || this.#mailbox.length > 0) return;
    this.#gone = true;
    this.effects.dropAll();
    this.#errands.dropAll();
    this.#host.parked(this);
  }

  #appendFailed(proposal: Proposal, error: unknown): void {
    if (this.#gone) {
      refuseAll(proposal.letters, this.#host.goneError());
    } else if (error instanceof DispatchedError && error.code === "store_rolled_back") {
      if (this.state === null && !this.#doubted) this.#giveUp(proposal.letters, error);
      else this.#tryAgain(proposal.letters);
    } else {
      this.#examine(proposal);
    }
  }

  /** The run was not created: whoever wanted it is told, and may try again. */
  #giveUp(letters: readonly Letter[], error: unknown): void {
    this.#gone = true;
    this.#host.discarded(this);
    refuseAll([...letters, ...this.#mailbox.splice(0)], error);
  }

  /** The same is decided again with bodies at hand that it reads. One that is damaged is a damaged log. */
  #decideWith(letters: readonly Letter[], stored: readonly StoredMember[]): void {
    this.#busy = true;
    this.#decideAfter(letters, this.#bodies.fetch(stored), (error) => {
      if (this.#gone) return refuseAll(letters, this.#host.goneError());
      const isDamaged = error instanceof DispatchedError && error.code === "sealed_data_damaged";
      if (!isDamaged) return this.#tryAgain(letters);
      refuseAll(letters, error);
      this.#host.quarantine(this, error);
    });
  }

  /** Nothing was changed: the same letters are decided again after a pause. */
  #tryAgain(letters: readonly Letter[], soon = false): void {
    if (soon) this.#backoff.reset();
    this.#busy = true;
    this.#mailbox = [...letters, ...this.#mailbox];
    this.#pause(() => {
      this.#busy = false;
      this.#turn();
    });
  }

  /** The outcome of the append is unknown: the store is asked whether these very bytes are there. */
  #examine(proposal: Proposal): void {
    this.#examined = proposal.letters;
    findUnit(this.#host.ports.store, proposal.unit).then(
      (found) => {
        if (this.#gone) return;
        this.#examined = [];
        if (found === "this") return this.#adopt(proposal);
        if (found !== "nothing") return this.#evict(proposal.letters);
        this.#doubted = true;
        this.#host.doubted();
        this.#tryAgain(proposal.letters);
      },
      () => this.#pause(() => this.#examine(proposal)),
    );
  }

  #pause(then: () => void): void {
    this.#backoff.pause(() => this.#gone || then());
  }

  /** No place is free: a new run is created as one that waits; one that waits goes on waiting. */
  #waitInLine(letters: readonly Letter[]): void {
    this.#busy = false;
    const left = lettersInLine(letters);
    if (this.state === null && !left.some((letter) => letter.command.type === "create")) {
      this.#giveUp(left, this.#host.goneError());
      return;
    }
    this.#mailbox = [...left, ...this.#mailbox];
    if (this.#mailbox.length > 0) this.#turn();
    else if (this.state !== null) this.#rest(this.#outstanding(this.state));
  }

  async #followEpoch(): Promise<void> {
    await followEpoch(this.#host.ports);
    this.identity = wrapAnew(this.#host.ports.vault, this.identity);
  }

  /** The same is decided again once what the store asked for is done. */
  #decideAfter(letters: readonly Letter[], done: Promise<void>, failed?: (error: unknown) => void): void {
    const orElse = (error: unknown) => {
      if (this.state === null) this.#giveUp(letters, error);
      else this.#evict(letters);
    };
    done.then(() => {
      if (this.#gone) return refuseAll(letters, this.#host.goneError());
      this.#busy = false;
      this.#mailbox = [...letters, ...this.#mailbox];
      this.#turn();
    }, failed ?? orElse);
  }

  #yieldTo(letters: readonly Letter[], run: RunId): void {
    this.#gone = true;
    this.#host.discarded(this);
    yieldAll([...letters, ...this.#mailbox.splice(0)], run, this.#host.goneError());
  }

  /** Somebody else wrote this run: what is here is worth nothing. */
  #evict(letters: readonly Letter[]): void {
    // Of one that was stored late nothing was begun here.
    const wasQuiet = this.isQuiet || this.state === null;
    const error = readAgain();
    refuseAll(letters, error);
    this.leave(error);
    this.#host.evicted(this, wasQuiet);
  }
}
