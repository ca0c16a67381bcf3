// Those who answer what runs wait for: people who send signals, and services that call back.

import type { Engine } from "../engine/engine.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Call, SignalSent } from "./history.ts";
import type { Prng } from "./prng.ts";
import type { SimAsker } from "./sim-asker.ts";
import type { SimWorld } from "./sim-node.ts";
import { cutInput } from "./workload/cut-text.ts";
import type { WorkflowModel } from "./workload/model.ts";

type Deliver = (engine: Engine) => Promise<void>;

/** No workflow waits for it. */
const unknownName = "nonsense";

export class SimSignals {
  readonly #world: SimWorld;
  readonly #prng: Prng;
  readonly #asker: SimAsker;
  #bodies = 0;

  constructor(world: SimWorld, prng: Prng, asker: SimAsker) {
    this.#world = world;
    this.#prng = prng;
    this.#asker = asker;
  }

  /** Signals for what the run may wait for: early, in time, late, several of one name, one that nobody knows. */
  plan(tenant: TenantId, run: RunId, model: WorkflowModel): void {
    const prng = this.#prng;
    const names = new Set(
      model.steps.flatMap(({ wait }) => (wait !== null && "names" in wait.for ? wait.for.names : [])),
    );
    for (const name of names) {
      for (let count = prng.pick([0, 1, 1, 2, 3]); count > 0; count--) {
        this.#world.time.after(this.#drawDelay(), () => void this.#send(tenant, run, name));
      }
    }
    if (names.size > 0 && prng.chance(0.1)) void this.#send(tenant, run, unknownName);
  }

  /** A service that was given an address calls back: before it answers, later, too late, twice or never. */
  callBack(call: Call): void {
    const prng = this.#prng;
    const token = call.headers["x-callback"]?.split("/").at(-1);
    if (token === undefined || prng.chance(0.15)) return;
    const again = prng.chance(0.25);
    const delay = prng.chance(0.25) ? 0 : this.#drawDelay();
    this.#world.time.after(delay, () => void this.#callBack(call, token));
    if (again) this.#world.time.after(delay + prng.between(0, 3_000), () => void this.#callBack(call, token));
  }

  #drawDelay(): number {
    const prng = this.#prng;
    return prng.chance(0.8) ? prng.between(0, 4_000) : prng.between(4_000, 20_000);
  }

  async #send(tenant: TenantId, run: RunId, name: string): Promise<void> {
    const sent = this.#note(run, name, { step: null, item: null });
    const { body, key } = sent;
    const who = this.#prng.chance(0.5) ? tenant : null;
    await this.#deliver(sent, who, (engine) => engine.sendSignal(tenant, run, name, body as Json, key));
    if (key !== null && sent.outcomes.some(({ code }) => code === null) && this.#prng.chance(0.5))
      await this.#sendOther(tenant, sent, key);
  }

  /** Under the key of one that was taken comes another: it is refused, for that or because the run has ended. */
  async #sendOther(tenant: TenantId, { run, name, id }: SignalSent, key: string): Promise<void> {
    const { record } = this.#world;
    await this.#asker.sleep(this.#prng.between(0, 500));
    const what = "signal_conflict";
    const send = (engine: Engine) =>
      engine.sendSignal(tenant, run as RunId, name, { id: `${id}-other` }, key);
    const asked = await this.#asker.ask(tenant, what, send);
    if (asked.type === "answered") record.answers.push({ type: "taken", what });
  }

  async #callBack(call: Call, token: string): Promise<void> {
    const sent = this.#note(call.run as RunId, "callback", call);
    const { body, key } = sent;
    await this.#deliver(sent, null, (engine) => engine.answerCallback(token, body as Json, key));
  }

  #note(run: RunId, name: string, { step, item }: Pick<SignalSent, "step" | "item">): SignalSent {
    const prng = this.#prng;
    const { record } = this.#world;
    const id = `r-signal-${++this.#bodies}`;
    const sent: SignalSent = {
      run,
      name,
      step,
      item,
      id,
      // Its id does not fit the schema: it is in `was` then.
      body: {
        ...(prng.chance(0.1) ? { id: 7, n: 1, was: id } : { id, n: prng.between(0, 9) }),
        ...cutInput(id),
      },
      key: prng.chance(0.6) ? `key-${id}` : null,
      beganOrder: record.nextOrder(),
      outcomes: [],
    };
    record.signals.push(sent);
    return sent;
  }

  /** With a key it is sent again after silence, and at times after an answer: that changes nothing. */
  async #deliver(sent: SignalSent, who: TenantId | null, deliver: Deliver): Promise<void> {
    const { record } = this.#world;
    const times = sent.key !== null && this.#prng.chance(0.4) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      if (time > 0) await this.#asker.sleep(this.#prng.between(0, 2_000));
      const tries = sent.key === null ? 1 : undefined;
      const ask = (engine: Engine) => this.#noteLocked(sent, deliver(engine));
      const asked = await this.#asker.ask(who, sent.step === null ? "signal" : "callback", ask, tries);
      const code = asked.type === "answered" ? null : asked.type === "silent" ? "silence" : asked.code;
      sent.outcomes.push({ code, order: record.nextOrder() });
    }
  }

  async #noteLocked(sent: SignalSent, delivered: Promise<void>): Promise<void> {
    const { record } = this.#world;
    const beganOrder = record.nextOrder();
    try {
      await delivered;
    } catch (error) {
      if (error instanceof DispatchedError && error.code === "locked") {
        record.lockedAnswers.push({ run: sent.run, beganOrder, order: record.nextOrder() });
      }
      throw error;
    }
  }
}
