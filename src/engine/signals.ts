// Signals to runs, and the callbacks of calls.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { RecordedRequest } from "../language/recorded-request.ts";
import { misfitMessage } from "../language/schema.ts";
import { secretNames } from "../language/secret-names.ts";
import type { WaitRule } from "../language/workflow.ts";
import type { SendSignal } from "../run/command.ts";
import type { Place } from "../run/place.ts";
import { stepAt, taskAt } from "../run/place.ts";
import { contextOf, scopeAt } from "../run/scope.ts";
import { sentOtherwise } from "../run/sent-otherwise.ts";
import type { RunState } from "../run/state.ts";
import { waitOf } from "../run/step-wait.ts";
import { canonicalJson } from "../value/canonical-json.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { jsonSize } from "../value/json-size.ts";
import { DispatchedError } from "../value/problem.ts";
import { type CallbackName, readCallbackToken } from "./callbacks.ts";
import { currentState } from "./current-state.ts";
import type { Definition, Definitions } from "./definitions.ts";
import type { CallbackView } from "./engine-api.ts";
import { evaluateOver } from "./evaluate-over.ts";
import { hex } from "./hex.ts";
import { maskJson, maskOf } from "./mask.ts";
import { plainNames } from "./plain-names.ts";
import type { EnginePorts } from "./ports.ts";
import { refused } from "./refused.ts";
import { runElsewhere } from "./run-elsewhere.ts";
import type { Runs } from "./runs.ts";
import type { Secrets } from "./secrets.ts";
import { atOnce, lengthInOneGo } from "./slices.ts";

export class Signals {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  readonly #secrets: Secrets;

  constructor(ports: EnginePorts, definitions: Definitions, runs: Runs, secrets: Secrets) {
    this.#ports = ports;
    this.#secrets = secrets;
    this.#definitions = definitions;
    this.#runs = runs;
  }

  /** Sent again under its key it was taken, also when it ended the run: who did not hear that asks once more. */
  async send(tenant: TenantId, run: RunId, name: string, body: Json, key: string | null): Promise<void> {
    const hashed = key === null ? null : this.#hashed(tenant, name, body, key);
    try {
      await this.#send(tenant, run, name, { body, ...(hashed ?? { key }) });
    } catch (error) {
      if (hashed === null || !isEnded(error)) throw error;
      const row = await this.#ports.store.readRun(tenant, run);
      const state = row === null ? null : await currentState(this.#ports, this.#runs, row);
      if (!state?.signalKeys.includes(hashed.key)) throw error;
      if (sentOtherwise(state, hashed.key, hashed.sent)) throw refused("signal_conflict", run);
    }
  }

  async #send(
    tenant: TenantId,
    run: RunId,
    name: string,
    sent: Pick<SendSignal, "body" | "key" | "sent">,
  ): Promise<void> {
    const active = await this.#runs.bring(tenant, run);
    try {
      checkSignal(run, active.identity.definition, name, sent.body);
    } catch (error) {
      active.wake();
      throw error;
    }
    await this.#runs.send(tenant, run, { type: "signal", name, ...sent, target: null });
  }

  /** What the run knows a signal of this key by, and this very signal. */
  #hashed(
    tenant: TenantId,
    name: string,
    body: Json,
    key: string,
  ): { readonly key: string; readonly sent: string } {
    const hash = (text: string) => hex(this.#ports.vault.hash(tenant, "signal", text));
    return { key: hash(`${name}\n${key}`), sent: hash(`${name}\n${key}\n${canonicalJson(body)}`) };
  }

  async answer(token: string, given: Json, key: string | null): Promise<void> {
    const name = this.#read(token);
    const { tenant, run, step, item } = name;
    const { place, state } = await this.#find(name);
    const hashed = key === null ? null : hex(this.#ports.vault.hash(tenant, "signal", `${token}\n${key}`));
    if (hashed !== null && state.signalKeys.includes(hashed)) return;
    const rule = waitOf(place.step) as WaitRule;
    const [body = null] = await this.#masked(name, taskAt(state, place).request, token, [given]);
    judge([rule], body, "the callback");
    const target = { step, item };
    try {
      await this.#runs.send(tenant, run, { type: "signal", name: "callback", body, key: hashed, target });
    } catch (error) {
      if (isEnded(error)) throw refused("wait_over", run);
      if (
        error instanceof DispatchedError &&
        error.code === "wait_over" &&
        this.#isBehind(tenant, run, state)
      ) {
        throw runElsewhere("another node holds the run");
      }
      throw error;
    }
  }

  async show(token: string): Promise<CallbackView> {
    const name = this.#read(token);
    const { place, state, definition } = await this.#find(name);
    const task = taskAt(state, place);
    const early = state.signals.some((signal) => signal.step === name.step && signal.item === name.item);
    if (task.status !== "running" || early) {
      const isAnswered = early || (task.signals?.length ?? 0) > 0;
      return { status: isAnswered ? "answered" : "over", at: task.endedAt };
    }
    const { show, timeoutMs, schema } = waitOf(place.step) as WaitRule;
    const scope = scopeAt(definition.workflow, state, place, task);
    const { sandbox, clock } = this.#ports;
    const shown =
      show === null
        ? null
        : await evaluateOver(
            sandbox,
            name.tenant,
            scope,
            (source) => contextOf(scope, source),
            clock.now(),
            (seen) => evaluateTemplate(show, seen),
          );
    const until = task.waitUntil ?? state.at + timeoutMs;
    const value = shown?.ok === true ? shown.value : null;
    return { status: "waiting", show: value, schema: schema?.source ?? null, until };
  }

  /** What answers the callback, as it may be shown. Errors: `callback_unknown`, `locked`, those of the store. */
  async masked(token: string, given: readonly Json[]): Promise<readonly Json[]> {
    const name = this.#read(token);
    const { place, state } = await this.#find(name);
    return this.#masked(name, taskAt(state, place).request, token, given);
  }

  /** Whoever was called may send back what the call had: its secrets, and the token itself. */
  async #masked(
    { tenant }: CallbackName,
    request: RecordedRequest | null,
    token: string,
    given: readonly Json[],
  ): Promise<readonly Json[]> {
    const values = new Map([["callback.token", token]]);
    const names =
      request === null ? [] : plainNames(secretNames(request)).filter((name) => !name.includes("."));
    const { found, former } = await this.#secrets.find(tenant, names);
    for (const { name, value } of found) values.set(name, value);
    const mask = maskOf({ values, made: former });
    if (mask === null) return given;
    const masked: Json[] = [];
    for (const one of given) {
      const masking = maskJson(one, mask);
      const isShort = jsonSize(one) <= lengthInOneGo;
      masked.push(isShort ? atOnce(masking) : await this.#runs.slices.do(tenant, masking));
    }
    return masked;
  }

  /** Its run has ended: nobody waits there any more. It is told without a key. */
  async isOver(token: string): Promise<boolean> {
    const { tenant, run } = this.#read(token);
    return (await this.#ports.store.readRun(tenant, run))?.endedAt != null;
  }

  /** Whose callback it is. Errors: `callback_unknown`. */
  tenantOf(token: string): TenantId {
    return this.#read(token).tenant;
  }

  /** Errors: `callback_unknown`. */
  runOf(token: string): RunId {
    return this.#read(token).run;
  }

  #read(token: string): CallbackName {
    const name = readCallbackToken(this.#ports.vault, token);
    if (name === null) throw unknown();
    return name;
  }

  /** What is in memory here is older than what the store has: it refuses what it does not know of. */
  #isBehind(tenant: TenantId, run: RunId, { seq }: RunState): boolean {
    return (this.#runs.inMemory(tenant, run)?.state?.seq ?? seq) < seq;
  }

  async #find(name: CallbackName) {
    const { tenant, run } = name;
    const row = await this.#ports.store.readRun(tenant, run);
    if (row === null) throw unknown();
    const state = await currentState(this.#ports, this.#runs, row);
    const { workflow, version } = state.created;
    const definition = await this.#definitions.find(tenant, workflow, version);
    const step = definition.workflow.steps[name.step];
    if (step === undefined || waitOf(step) === null || stepAt(state, name.step).status === "pending")
      throw unknown();
    const place: Place = { step, item: name.item };
    return { place, state, definition };
  }
}

function isEnded(error: unknown): boolean {
  return error instanceof DispatchedError && error.code === "run_ended";
}

function unknown(): DispatchedError {
  return new DispatchedError("callback_unknown", "nobody waits for this callback");
}

function signalNames({ workflow }: Definition): ReadonlySet<string> {
  const names = workflow.steps.flatMap((step) => {
    const wanted = waitOf(step)?.for;
    return wanted?.type === "signals" ? wanted.names : [];
  });
  return new Set(names);
}

function rulesFor({ workflow }: Definition, name: string): readonly WaitRule[] {
  return workflow.steps.flatMap((step) => {
    const rule = waitOf(step);
    return rule?.for.type === "signals" && rule.for.names.includes(name) ? [rule] : [];
  });
}

/** The body must fit one of the waits that could take it. Errors: `signal_unknown`, and those of `judge`. */
function checkSignal(run: RunId, definition: Definition, name: string, body: Json): void {
  const rules = rulesFor(definition, name);
  if (rules.length === 0) {
    const known = [...signalNames(definition)];
    const takes = known.length === 0 ? [] : [`it takes ${known.join(", ")}`];
    const hasChildren = definition.workflow.steps.some(({ action }) => action.type === "workflow");
    if (hasChildren) takes.push(`where a child of it waits, \`dispatched explain ${run}\` names the signal`);
    const hint = takes.length === 0 ? {} : { hint: takes.join("; ") };
    throw new DispatchedError("signal_unknown", `the workflow waits for no signal ${name}`, hint);
  }
  judge(rules, body, `the signal ${name}`);
}

function judge(rules: readonly WaitRule[], body: Json, what: string): void {
  const [first, ...others] = rules.map((rule) => rule.schema?.judge(body) ?? []);
  if (first === undefined || first.length === 0 || others.some((problems) => problems.length === 0)) return;
  throw new DispatchedError("schema_mismatch", misfitMessage(first, what), {
    extra: { problems: first },
  });
}
