// A run in memory: one mailbox, one append in flight, effects released only after it.

import type { AppendUnit } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import type { Command, CommandBody, RejectionCode } from "../run/command.ts";
import { decide } from "../run/decide.ts";
import type { Effect } from "../run/effect.ts";
import type { RunCreated, RunEvent } from "../run/event.ts";
import { outstanding } from "../run/outstanding.ts";
import type { RunState } from "../run/state.ts";
import { isTerminal } from "../run/status.ts";
import { assert } from "../value/assert.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definition } from "./definitions.ts";
import { RunEffects } from "./run-effects.ts";
import type { RunHost } from "./run-host.ts";
import { birthOf, sealBatch } from "./run-log.ts";

/** What a command's sender hears, once what was decided is durable. */
export interface Reply {
  decided(rejection: RejectionCode | null): void;
  /** The run was started before by the same key. */
  exists?(run: RunId): void;
  failed(error: unknown): void;
}

interface Letter {
  readonly command: CommandBody;
  readonly reply: Reply | null;
}

export interface RunIdentity {
  readonly tenant: TenantId;
  readonly id: RunId;
  readonly definition: Definition;
  readonly key: DataKey;
  /** For a run that is not stored yet. */
  readonly birth: { readonly wrapped: Uint8Array; readonly startKey: Uint8Array | null } | null;
}

interface Proposal {
  readonly letters: readonly Letter[];
  readonly rejections: readonly (RejectionCode | null)[];
  readonly state: RunState;
  readonly effects: readonly Effect[];
  readonly unit: AppendUnit;
}

const backoffMinMs = 50;
const backoffMaxMs = 5_000;

export class ActiveRun {
  readonly identity: RunIdentity;
  /** The durable state. */
  state: RunState | null;
  readonly #host: RunHost;
  readonly #effects: RunEffects;
  #mailbox: Letter[] = [];
  /** An append is under way, or waits to be tried again. */
  #busy = false;
  #backoffMs = backoffMinMs;
  /** What the store knows: false when the last append let the run go. */
  #held = true;
  #gone = false;

  constructor(host: RunHost, identity: RunIdentity, state: RunState | null) {
    this.#host = host;
    this.identity = identity;
    this.state = state;
    this.#effects = new RunEffects(host, this);
  }

  post(command: CommandBody, reply: Reply | null): void {
    if (this.#gone) {
      reply?.failed(new DispatchedError("run_elsewhere", "the run has left this node", { retryable: true }));
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
    this.#effects.dropAll();
    const letters = this.#mailbox;
    this.#mailbox = [];
    for (const letter of letters) letter.reply?.failed(error);
  }

  /** Nothing of it is on the wire, and all that it heard is durable. */
  get isQuiet(): boolean {
    return !this.#busy && this.#mailbox.length === 0 && this.#effects.callsUnderWay === 0;
  }

  #turn(): void {
    const letters = this.#mailbox;
    this.#mailbox = [];
    const proposal = this.#decideAll(letters);
    if (proposal === null) return;
    this.#busy = true;
    this.#host.journal.submit(proposal.unit).then(
      (result) => {
        if (this.#gone) return this.#refuse(letters, this.#host.goneError());
        switch (result.type) {
          case "appended":
            return this.#adopt(proposal);
          case "start_exists":
            return this.#yieldTo(letters, result.run);
          case "stale_seq":
            return this.#evict(letters);
          case "stale_fence":
            this.#refuse(letters, this.#host.goneError());
            return this.#host.fenced();
        }
      },
      (error: unknown) => this.#appendFailed(proposal, error),
    );
  }

  /** Null when nothing is to be appended; replies are then given. */
  #decideAll(letters: readonly Letter[]): Proposal | null {
    const { workflow } = this.identity.definition;
    const now = this.#host.ports.clock.now();
    const events: RunEvent[] = [];
    const rejections: (RejectionCode | null)[] = [];
    let state = this.state;
    try {
      for (const letter of letters) {
        const command: Command = { now, ...letter.command };
        const decision = decide(workflow, state, command);
        rejections.push(decision.type === "rejected" ? decision.code : null);
        if (decision.type === "rejected") continue;
        events.push(...decision.events);
        state = decision.state;
      }
    } catch (error) {
      this.#refuse(letters, error);
      this.#host.quarantine(this, error);
      return null;
    }
    if (events.length > 0 && state !== null) return this.#propose(letters, rejections, state, events, now);
    answerAll(letters, rejections);
    this.#settleDown();
    return null;
  }

  #propose(
    letters: readonly Letter[],
    rejections: readonly (RejectionCode | null)[],
    state: RunState,
    events: readonly RunEvent[],
    now: number,
  ): Proposal {
    const { tenant, id, definition, key, birth } = this.identity;
    const { vault } = this.#host.ports;
    const effects = outstanding(definition.workflow, state);
    const expectedSeq = this.state?.seq ?? 0;
    const first = events[0] as RunEvent;
    const dueAt = earliest(effects);
    const ended = isTerminal(state.status);
    const unit: AppendUnit = {
      tenant,
      run: id,
      fence: this.#host.fence(),
      expectedSeq,
      birth:
        birth !== null && expectedSeq === 0
          ? birthOf(
              vault,
              tenant,
              first as RunEvent & RunCreated,
              { key, wrapped: birth.wrapped, workflow: definition.name },
              first.at,
              birth.startKey,
            )
          : null,
      batch: sealBatch(vault, key, tenant, id, expectedSeq, events),
      head: {
        status: state.status,
        dueAt: ended ? null : dueAt,
        held: !ended && dueAt !== null && dueAt <= now + this.#host.options.parkAfterMs,
        endedAt: state.endedAt,
      },
    };
    return { letters, rejections, state, effects, unit };
  }

  /** The append is durable: only now the state counts, effects start and senders hear. */
  #adopt({ letters, rejections, state, effects, unit }: Proposal): void {
    this.#busy = false;
    this.#backoffMs = backoffMinMs;
    this.state = state;
    this.#held = unit.head.held;
    if (isTerminal(state.status)) {
      this.#effects.dropAll();
      this.#gone = true;
      this.#host.ended(this);
    } else if (this.#held) {
      this.#effects.release(effects);
    }
    answerAll(letters, rejections);
    this.#host.changed(this);
    const late = this.#mailbox;
    if (this.#gone) {
      this.#mailbox = [];
      answerAll(
        late,
        late.map((): RejectionCode => "run_ended"),
      );
    } else if (late.length > 0) {
      this.#turn();
    } else {
      this.#parkIfQuiet();
    }
  }

  /** Releases what became due meanwhile, unless the run was let go: it may be another node's already. */
  #settleDown(): void {
    if (this.state === null || isTerminal(this.state.status)) return;
    if (this.#held) this.#effects.release(outstanding(this.identity.definition.workflow, this.state));
    else this.#parkIfQuiet();
  }

  #parkIfQuiet(): void {
    if (this.#held || this.#busy || this.#mailbox.length > 0) return;
    this.#gone = true;
    this.#effects.dropAll();
    this.#host.parked(this);
  }

  #appendFailed(proposal: Proposal, error: unknown): void {
    if (this.#gone) {
      this.#refuse(proposal.letters, this.#host.goneError());
    } else if (error instanceof DispatchedError && error.code === "store_rolled_back") {
      this.#tryAgain(proposal.letters);
    } else {
      this.#examine(proposal);
    }
  }

  /** Nothing was changed: the same letters are decided again after a pause. */
  #tryAgain(letters: readonly Letter[]): void {
    this.#mailbox = [...letters, ...this.#mailbox];
    this.#pause(() => {
      this.#busy = false;
      this.#turn();
    });
  }

  /** The outcome of the append is unknown: the store is asked whether these very bytes are there. */
  #examine(proposal: Proposal): void {
    const { tenant, id } = this.identity;
    const { store } = this.#host.ports;
    const { expectedSeq, batch } = proposal.unit;
    store.readEvents(tenant, id, expectedSeq, 1).then(
      ([found]) => {
        if (this.#gone) this.#refuse(proposal.letters, this.#host.goneError());
        else if (found === undefined) this.#tryAgain(proposal.letters);
        else if (sameBytes(found.sealed, batch.sealed)) this.#adopt(proposal);
        else this.#evict(proposal.letters);
      },
      () => this.#pause(() => this.#examine(proposal)),
    );
  }

  #pause(then: () => void): void {
    const at = this.#host.ports.clock.now() + this.#backoffMs;
    this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMaxMs);
    this.#host.timers.set(at, () => {
      if (!this.#gone) then();
    });
  }

  #yieldTo(letters: readonly Letter[], run: RunId): void {
    this.#gone = true;
    this.#host.discarded(this);
    for (const { reply } of [...letters, ...this.#mailbox]) {
      if (reply?.exists !== undefined) reply.exists(run);
      else reply?.failed(this.#host.goneError());
    }
    this.#mailbox = [];
  }

  /** Somebody else wrote this run: what is here is worth nothing. */
  #evict(letters: readonly Letter[]): void {
    const error = new DispatchedError("store_unavailable", "the run was read again; ask once more", {
      retryable: true,
    });
    this.#refuse(letters, error);
    this.leave(error);
    this.#host.evicted(this);
  }

  #refuse(letters: readonly Letter[], error: unknown): void {
    for (const letter of letters) letter.reply?.failed(error);
  }
}

function answerAll(letters: readonly Letter[], rejections: readonly (RejectionCode | null)[]): void {
  assert(letters.length === rejections.length, "every letter was decided");
  letters.forEach((letter, index) => {
    letter.reply?.decided(rejections[index] ?? null);
  });
}

function earliest(effects: readonly Effect[]): number | null {
  let first: number | null = null;
  for (const effect of effects) {
    const at = effect.type === "call" ? effect.notBefore : effect.at;
    if (first === null || at < first) first = at;
  }
  return first;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
