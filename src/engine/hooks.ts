// Hooks: addresses that start one workflow, each with a token that is stored hashed.

import { joinFields } from "../handshake/join-fields.ts";
import { tokenHash } from "../handshake/token-hash.ts";
import { writeToken } from "../handshake/token-text.ts";
import type { CountedHook, HookRow } from "../ports/inbox-store.ts";
import type { Page } from "../ports/store.ts";
import type { Place, Vault } from "../ports/vault.ts";
import { type HookId, newHookId, type TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Audit } from "./audit.ts";
import { type AuditActor, someSession } from "./audit-entry.ts";
import type { Definitions } from "./definitions.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { followKey } from "./follow-key.ts";
import type { HookApi, HookFilter, HookView } from "./inbox-api.ts";
import { keyRotated } from "./key-rotated.ts";
import type { EnginePorts } from "./ports.ts";
import { sameBytes } from "./same-bytes.ts";
import { verifyOf } from "./verify-of.ts";

const tokenBytes = 32;
const triesMax = 8;

/** What the code of a row covers: its keys may be wrapped anew. */
type CodedFields = Omit<HookRow, "code" | "key" | "sealed">;

export class Hooks implements HookApi {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #audit: Audit;

  constructor(ports: EnginePorts, definitions: Definitions, audit: Audit) {
    this.#audit = audit;
    this.#ports = ports;
    this.#definitions = definitions;
  }

  /** Errors: `workflow_not_found`, `no_http_trigger`, `invalid_hook`, `too_many_hooks`, `locked`. */
  async create(
    tenant: TenantId,
    { workflow, quota = null }: { readonly workflow: string; readonly quota: number | null },
    by: AuditActor = someSession,
  ): Promise<{ readonly hook: HookView; readonly token: string }> {
    checkQuota(quota);
    const { vault, store, clock, entropy } = this.#ports;
    const definition = await this.#definitions.find(tenant, workflow, null);
    await this.#definitions.requireThere(tenant, workflow);
    if (!definition.workflow.triggers.some(({ type }) => type === "http")) {
      throw new DispatchedError("no_http_trigger", `${workflow} has no http trigger`, {
        hint: "add `- type: http` to its triggers",
      });
    }
    const createdAt = clock.now();
    const id = newHookId(createdAt, entropy.bytes(10));
    const token = writeToken("hook", entropy.bytes(tokenBytes));
    const row = this.#withCode({
      tenant,
      id,
      token: tokenHash(token),
      workflow: definition.name,
      verify: verifyOf(definition.workflow) !== null,
      quota: quota ?? limits.hook_items,
      createdAt,
      revokedAt: null,
    });
    const draft = {
      action: "hook.made",
      by,
      fields: { hook: id, quota: row.quota },
      texts: { workflow },
    } as const;
    for (let tries = 0; tries < triesMax; tries++) {
      const sealed = { ...row, ...sealHook(vault, tenant, id, workflow) };
      const put = await this.#audit.with(tenant, draft, (append) =>
        store.hooks.put(sealed, limits.hooks, append),
      );
      if (put === "full") throw full();
      if (put !== "stale_key") return { hook: this.#view({ ...sealed, waiting: 0 }), token };
      await followKey(this.#ports, tenant);
    }
    throw keyRotated();
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<HookView>> {
    const { rows, next } = await this.#ports.store.hooks.list(tenant, cursor, limit);
    return { rows: rows.map((row) => this.#view(row)), next };
  }

  async require(tenant: TenantId, { hook, workflow }: HookFilter): Promise<void> {
    const { store } = this.#ports;
    if (hook !== undefined && (await this.fitting(tenant, { hook, workflow }, [hook])).size > 0) return;
    const isOf = hook === undefined && workflow !== undefined;
    if (isOf && (await store.hooks.has(tenant, this.#hashOf(tenant, workflow)))) return;
    throw new DispatchedError("hook_not_found", `there is no hook ${hook ?? `of ${workflow}`}`);
  }

  async fitting(
    tenant: TenantId,
    { hook, workflow }: HookFilter,
    ids: readonly HookId[],
  ): Promise<ReadonlySet<HookId>> {
    const asked = new Set(hook === undefined ? ids : ids.filter((id) => id === hook));
    if (hook === undefined && workflow === undefined) return asked;
    const rows = await Promise.all([...asked].map((id) => this.#ports.store.hooks.read(tenant, id)));
    const hash = workflow === undefined ? null : this.#hashOf(tenant, workflow);
    const fit = rows.filter((row) => row !== null && (hash === null || sameBytes(row.workflow, hash)));
    return new Set(fit.flatMap((row) => (row === null ? [] : [row.id])));
  }

  /** Errors: `hook_not_found`. */
  async revoke(tenant: TenantId, id: HookId, by: AuditActor = someSession): Promise<void> {
    const { store, clock } = this.#ports;
    const draft = { action: "hook.revoked", by, fields: { hook: id } } as const;
    const isRevoked = await this.#audit.with(tenant, draft, (append) =>
      store.hooks.revoke(tenant, id, clock.now(), append),
    );
    if (isRevoked) return;
    throw new DispatchedError("hook_not_found", `there is no hook ${id} that is not revoked`);
  }

  /** Errors: `hook_not_found` also for one that was revoked. */
  async byId(tenant: TenantId, id: HookId): Promise<HookRow> {
    const row = await this.#ports.store.hooks.read(tenant, id);
    const isThere = row !== null && row.revokedAt === null;
    if (isThere && sameBytes(this.#withCode(row).code, row.code)) return row;
    throw new DispatchedError("hook_not_found", `there is no hook ${id} that is not revoked`);
  }

  /** Errors: `hook_unknown`. */
  async byToken(token: string): Promise<HookRow> {
    const row = await this.#ports.store.hooks.byToken(tokenHash(token));
    if (row === null) throw unknown();
    if (sameBytes(this.#withCode(row).code, row.code)) return row;
    this.#ports.log.write("error", "hook.altered", { tenant: row.tenant, hook: row.id });
    throw unknown();
  }

  #hashOf(tenant: TenantId, workflow: string): Uint8Array {
    return this.#ports.vault.hash(tenant, "workflow", workflow);
  }

  /** With the code that only this engine makes: who writes to the store makes no address of their own. */
  #withCode<Row extends CodedFields>(row: Row): Row & Pick<HookRow, "code"> {
    const { tenant, id, token, workflow, verify, quota, createdAt } = row;
    const fields = [tenant, id, token, workflow, verify ? 1 : 0, quota, createdAt] as const;
    return { ...row, code: this.#ports.vault.codeOfRow(joinFields("dispatched/v1/hook", ...fields)) };
  }

  #view(row: CountedHook): HookView {
    const { vault } = this.#ports;
    const { tenant, id, verify, quota, waiting, createdAt, revokedAt } = row;
    const key = vault.unwrapKey(placeOf(tenant, id, "key"), { key: row.key, live: null });
    const opened = decodeJson(vault.open(key, placeOf(tenant, id, "sealed"), row.sealed)) as JsonObject;
    const workflow = opened["workflow"] as string;
    return { id, workflow, verify, quota, waiting, createdAt, revokedAt };
  }
}

function sealHook(vault: Vault, tenant: TenantId, id: HookId, workflow: string) {
  const { key, kept } = vault.createKey(placeOf(tenant, id, "key"));
  const sealed = vault.seal(key, placeOf(tenant, id, "sealed"), encodeJson({ workflow }));
  return { key: kept.key, sealed };
}

function checkQuota(quota: number | null): void {
  if (quota === null || (Number.isInteger(quota) && quota >= 1 && quota <= limits.hook_items_max)) return;
  const message = `the quota of a hook is a whole number from 1 to ${limits.hook_items_max}`;
  throw new DispatchedError("invalid_hook", message);
}

function full(): DispatchedError {
  return new DispatchedError("too_many_hooks", `${limits.hooks} hooks of this tenant are not revoked`, {
    hint: "revoke those that nobody sends to any more: `dispatched hook revoke HOOK`",
  });
}

function unknown(): DispatchedError {
  return new DispatchedError("hook_unknown", "no hook has this address");
}

function placeOf(tenant: TenantId, id: HookId, column: string): Place {
  return { tenant, table: "hook", column, row: id, version: 0 };
}
