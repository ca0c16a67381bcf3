// The door: what comes with an API key, a hook's token or a callback's is done at once where it may, and else waits.

import type { HookRow } from "../ports/inbox-store.ts";
import type { DeliveryId, HookId, ItemId, RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { Deliveries } from "./deliveries.ts";
import { contentOf, type DeliveryContent } from "./delivery-content.ts";
import type { StartRequest } from "./engine-api.ts";
import type { Admission, Grants } from "./grants.ts";
import type { Hooks } from "./hooks.ts";
import { type Inbox, onceOf } from "./inbox.ts";
import type { Accepted, GrantWay, HookAccepted, HookRequest } from "./inbox-api.ts";
import { isLocked } from "./is-locked.ts";
import { challengeOnly, hookKey, type ItemHost, unsigned } from "./judge-item.ts";
import { judgeSignature, type SignedDelivery } from "./judge-signature.ts";
import { refused } from "./refused.ts";
import { toldToSender } from "./told-to-sender.ts";
import { verifyOf } from "./verify-of.ts";

/** A delivery that is sent again, and when it came; `again`: as another run, whatever it came to before. */
interface Replay {
  readonly of: DeliveryId;
  readonly receivedAt: number;
  readonly again: boolean;
}

const notTaken = { run: null, item: null, repeated: false } as const;
/** What is wrong with this node, and not with the request. */
const isOfNode: ReadonlySet<string> = new Set([
  "store_unavailable",
  "store_rolled_back",
  "sandbox_unavailable",
  "shutting_down",
]);

export class Door {
  readonly deliveries: Deliveries;
  readonly #host: ItemHost;
  readonly #grants: Grants;
  readonly #hooks: Hooks;
  readonly #inbox: Inbox;

  constructor(host: ItemHost, grants: Grants, hooks: Hooks, inbox: Inbox) {
    this.#host = host;
    this.deliveries = new Deliveries(host.ports, host.tenants, host.runs.watchers.deliveries);
    this.#grants = grants;
    this.#hooks = hooks;
    this.#inbox = inbox;
  }

  async start(tenant: TenantId, start: StartRequest): Promise<Accepted> {
    this.#checkReady();
    const workflow = this.#host.ports.vault.hash(tenant, "workflow", start.workflow);
    const started = await this.#admitted(tenant, workflow, "key", async (admission) => {
      const granted = admission.type === "granted" ? admission : null;
      const isOther = granted !== null && start.version !== null && start.version !== granted.version;
      return isOther ? null : this.#startNow(tenant, start, admission);
    });
    if (started !== null) return started;
    await this.#checkWorkflow(tenant, workflow, start);
    const { version, trigger, idempotencyKey: key } = start;
    return this.#inbox.put(tenant, {
      kind: "start",
      once: onceOf("", start.workflow, key),
      body: { type: "start", version, trigger, key },
      workflow,
    });
  }

  /** Memory that is full refuses what would start now, and not what waits. Errors: `shutting_down`, `store_unavailable`. */
  #checkReady(): void {
    const { runs } = this.#host;
    if (runs.unready() !== null) runs.checkRoom();
  }

  /** Errors: `hook_unknown`, `shutting_down`, those of the store. */
  async tenantOf(token: string): Promise<TenantId> {
    this.#checkReady();
    return (await this.#hooks.byToken(token)).tenant;
  }

  async hook(token: string, request: HookRequest): Promise<HookAccepted> {
    this.#checkReady();
    const hook = await this.#hooks.byToken(token);
    try {
      return await this.#recorded(hook, contentOf(request.trigger), null, () => this.#take(hook, request));
    } catch (error) {
      throw toldToSender(error, (code) => !isOfNode.has(code));
    }
  }

  /** Of a request to a hook that could not even be read: its delivery. Errors: `hook_unknown`, those of the store. */
  async refuse(token: string, content: DeliveryContent, reason: string): Promise<void> {
    this.#checkReady();
    const hook = await this.#hooks.byToken(token);
    await this.deliveries.record(hook, content, { ...notTaken, reason, replayOf: null });
  }

  /** A delivery once more. Errors: as of `hook`, and `hook_not_found`, `locked`, `challenge_only`. */
  async replay(tenant: TenantId, hookId: HookId, request: HookRequest, replay: Replay): Promise<Accepted> {
    this.#checkReady();
    const hook = await this.#hooks.byId(tenant, hookId);
    const trigger = { ...request.trigger, replayOf: replay.of };
    const take = async () => {
      const taken = await this.#take(hook, { ...request, trigger }, replay);
      if (taken.type === "challenge") throw challengeOnly();
      return taken;
    };
    return this.#recorded(hook, { ...contentOf(trigger), firstAt: replay.receivedAt }, replay.of, take);
  }

  /** Durable before it is answered, whether it was taken or not. */
  async #recorded<Taken extends HookAccepted>(
    hook: HookRow,
    content: DeliveryContent,
    replayOf: DeliveryId | null,
    take: () => Promise<Taken>,
  ): Promise<Taken> {
    let accepted: Taken;
    try {
      accepted = await take();
    } catch (error) {
      const reason = error instanceof DispatchedError ? error.code : "internal";
      // The refusal stands, told or not.
      if (!isOfNode.has(reason))
        await this.deliveries.record(hook, content, { ...notTaken, reason, replayOf }).catch(() => {});
      throw error;
    }
    const run = accepted.type === "run" ? accepted.run : null;
    const item = accepted.type === "item" ? accepted.item : null;
    const { repeated } = accepted;
    await this.deliveries.record(hook, content, { run, item, repeated, reason: null, replayOf });
    return accepted;
  }

  async #take(hook: HookRow, request: HookRequest, replay: Replay | null = null): Promise<HookAccepted> {
    const { tenant, id, workflow, quota } = hook;
    const { trigger, idempotencyKey: key } = request;
    const started = await this.#admitted(tenant, workflow, "hook", async (admission) => {
      const at = replay?.receivedAt ?? this.#host.ports.clock.now();
      const verified = await this.#verified(hook, request, admission, at);
      if (verified === null) return null;
      const { name, delivery, challenge } = verified;
      if (challenge !== null) return { type: "challenge", challenge, repeated: false };
      // Where its sender named nothing, what was refused still comes to one run.
      const sentAgain = replay === null ? null : `replay\n${replay.of}`;
      const named = hookKey(id, delivery, key);
      const idempotencyKey = replay?.again ? null : (named ?? sentAgain);
      const keyDecides = delivery !== null || named === null;
      const start = { workflow: name, version: null, trigger, idempotencyKey };
      return this.#startNow(tenant, start, admission, { byHook: true, keyDecides });
    });
    if (started !== null) return started;
    if (replay !== null) {
      throw new DispatchedError("locked", "the tenant is not open here", { retryable: true });
    }
    return this.#inbox.put(tenant, {
      kind: "start",
      // Who has not signed must not take the place of who will.
      once: hook.verify ? null : onceOf("", `hook\n${id}`, key),
      body: { type: "start", version: null, trigger, key },
      hook: id,
      workflow,
      items: quota,
    });
  }

  /** Null when it was sent; else the item that waits. */
  async signal(
    tenant: TenantId,
    run: RunId,
    name: string,
    body: Json,
    key: string | null,
  ): Promise<ItemId | null> {
    const { signals } = this.#host;
    return this.#orWait(
      () => signals.send(tenant, run, name, body, key),
      () =>
        this.#inbox.put(tenant, {
          kind: "signal",
          once: onceOf(run, name, key),
          body: { type: "signal", run, name, body, key },
        }),
    );
  }

  async callback(token: string, body: Json, key: string | null): Promise<ItemId | null> {
    const { signals } = this.#host;
    return this.#orWait(
      () => signals.answer(token, body, key),
      async () => {
        const isOver = await signals.isOver(token);
        // Only who repeats an answer may still be told that it was heard: one item for all of them tells that, too.
        if (isOver && key === null) throw refused("wait_over", signals.runOf(token));
        return this.#inbox.put(signals.tenantOf(token), {
          kind: "callback",
          callback: token,
          once: isOver ? onceOf(token, "over", "") : onceOf(token, "", key),
          body: { type: "callback", token, body, key },
        });
      },
    );
  }

  async cancel(tenant: TenantId, run: RunId, compensate: boolean): Promise<ItemId | null> {
    const { runs } = this.#host;
    return this.#orWait(
      () => runs.send(tenant, run, { type: "cancel", compensate }),
      () =>
        this.#inbox.put(tenant, {
          kind: "cancel",
          once: null,
          body: { type: "cancel", run, compensate },
        }),
    );
  }

  async #orWait(
    perform: () => Promise<void>,
    put: () => Promise<{ readonly item: ItemId }>,
  ): Promise<ItemId | null> {
    try {
      await perform();
      return null;
    } catch (error) {
      if (!isLocked(error)) throw error;
    }
    return (await put()).item;
  }

  /**
   * Null when it must wait for somebody to sign in. The last session may end between the look and the start: then a grant
   * is asked for.
   */
  async #admitted<Taken extends HookAccepted>(
    tenant: TenantId,
    workflow: Uint8Array,
    way: GrantWay,
    start: (admission: Admission) => Promise<Taken | null>,
  ): Promise<Taken | null> {
    const first = await this.#grants.admit(tenant, workflow, way);
    if (first === null) return null;
    const started = await start(first);
    if (started !== null || first.type === "granted") return started;
    const second = await this.#grants.admit(tenant, workflow, way);
    return second === null ? null : start(second);
  }

  /** Null when the tenant was locked, or the grant ended, meanwhile. */
  async #startNow(
    tenant: TenantId,
    start: StartRequest,
    admission: Admission,
    by: { readonly byHook?: boolean; readonly keyDecides?: boolean } = {},
  ): Promise<Accepted | null> {
    const granted = admission.type === "granted" ? admission : null;
    const more = { hosts: granted?.hosts, granted: granted?.version };
    try {
      const started = await this.#host.starter.byCaller(tenant, start, { ...more, ...by });
      return { type: "run", ...started };
    } catch (error) {
      if (isLocked(error)) return null;
      throw error;
    }
  }

  /** That a workflow is there can be told without opening it. Errors: `workflow_not_found`, `version_not_found`. */
  async #checkWorkflow(
    tenant: TenantId,
    hash: Uint8Array,
    { workflow, version }: StartRequest,
  ): Promise<void> {
    const { store } = this.#host.ports;
    if ((await store.readDefinition(tenant, hash, version)) !== null) return;
    if (version !== null && (await store.readDefinition(tenant, hash, null)) !== null) {
      throw new DispatchedError("version_not_found", `${workflow} has no version ${version}`);
    }
    throw new DispatchedError("workflow_not_found", `there is no workflow ${workflow}`);
  }

  /**
   * The name of the workflow, once what came by the hook is known to be signed, and what the signature tells; null when
   * that cannot be judged here. Errors: `signature_invalid`; of the secret `secret_not_found`, `invalid_secret`.
   */
  async #verified(
    hook: HookRow,
    { trigger }: HookRequest,
    admission: Admission,
    receivedAt: number,
  ): Promise<(SignedDelivery & { readonly name: string }) | null> {
    const { definitions, secrets, ports } = this.#host;
    const granted = admission.type === "granted" ? admission : null;
    try {
      const version = granted?.version ?? null;
      const { workflow } = await definitions.findByHash(hook.tenant, hook.workflow, version);
      const rule = verifyOf(workflow);
      if (rule === null) {
        if (hook.verify) throw unsigned(workflow.name);
        return { name: workflow.name, delivery: null, challenge: null };
      }
      if (granted !== null && !granted.verify) return null;
      const secret = await secrets.value(hook.tenant, rule.secret);
      const signed = judgeSignature(ports.vault, rule, secret, trigger, receivedAt);
      return { name: workflow.name, ...signed };
    } catch (error) {
      if (isLocked(error)) return null;
      throw error;
    }
  }
}
