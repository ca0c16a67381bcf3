// Secrets of tenants: written, listed by name, and read at the moment of a call only.

import type { LiveRecord } from "../ports/live-records.ts";
import type { SecretRow } from "../ports/store.ts";
import type { DataKey, Place, Vault } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { AccessTokens } from "./access-tokens.ts";
import { type AllowedHosts, checkHosts } from "./allowed-hosts.ts";
import type { Audit } from "./audit.ts";
import type { AuditActor, AuditDraft } from "./audit-entry.ts";
import type { SecretPut, SecretStored, SecretView } from "./engine-api.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { followEpoch } from "./follow-epoch.ts";
import { followKey } from "./follow-key.ts";
import { type FormerValue, stillSent } from "./former-values.ts";
import { hex } from "./hex.ts";
import { HostRules } from "./host-rules.ts";
import { isLocked } from "./is-locked.ts";
import { maskedPartMin } from "./mask.ts";
import { openFresh } from "./open-fresh.ts";
import type { EnginePorts } from "./ports.ts";
import { SigningSecrets } from "./signing-secrets.ts";

const namePattern = /^[A-Z][A-Z0-9_]{0,127}$/;
/** Writers that meet on one name try again; more than this many at once is no accident. */
const triesMax = 16;

/** A secret as one call uses it. */
export interface OpenSecret {
  readonly name: string;
  readonly version: number;
  readonly value: string;
  readonly allowedHosts: AllowedHosts;
}

export interface FoundSecrets {
  readonly found: readonly OpenSecret[];
  /** Those that have no value: never stored, or deleted since. */
  readonly missing: readonly { readonly name: string; readonly deleted: boolean }[];
  /** Values that they had before, and that active runs may have sent. */
  readonly former: readonly string[];
}

/** What a version seals: no value after a deletion, of which something is still to be masked. */
interface KeptSecret {
  readonly name: string;
  readonly value: string | null;
  readonly allowedHosts: AllowedHosts;
  /** The newest first. */
  readonly former: readonly FormerValue[];
}

/** What becomes of a value, null for none, and what the audit log says of it. */
type Change<Done> = (value: string | null) => {
  readonly value: string | null;
  readonly draft: AuditDraft;
  readonly done: Done;
};

const nothing = new Uint8Array();

export class Secrets {
  readonly signing: SigningSecrets;
  readonly hosts: HostRules;
  readonly tokens: AccessTokens;
  readonly #ports: EnginePorts;
  readonly #audit: Audit;

  constructor(ports: EnginePorts, audit: Audit) {
    this.#ports = ports;
    this.#audit = audit;
    this.signing = new SigningSecrets(ports, this);
    this.hosts = new HostRules(ports, this);
    this.tokens = new AccessTokens(ports);
  }

  /** Nobody of the tenant is signed in here any more: what is in memory in clear is forgotten. */
  forget(tenant: TenantId): void {
    this.signing.forget(tenant);
    this.hosts.forget(tenant);
    this.tokens.forget(tenant);
  }

  /** A list of hosts that is not given stays as it was. Errors: `invalid_secret`, `store_unavailable`. */
  async put(
    tenant: TenantId,
    name: string,
    { value, allowedHosts }: SecretPut,
    by: AuditActor,
  ): Promise<SecretStored> {
    checkSecret(name, value);
    const hosts = allowedHosts == null ? allowedHosts : checkHosts(allowedHosts);
    const { vault } = this.#ports;
    const nameHash = vault.hash(tenant, "secret", name);
    return this.#write(tenant, name, async (current, version, updatedAt) => {
      const hostsKept =
        hosts === undefined && isStored(current) ? this.#open(current).allowedHosts : (hosts ?? null);
      const former = await this.#former(tenant, current, updatedAt, value);
      const body = bodyOf({ name, value, allowedHosts: hostsKept, former });
      const row = sealSecret(vault, { tenant, name: nameHash, version, updatedAt }, body);
      const allowed = hostsKept === null ? {} : { allowed_hosts: hostsKept.join(" ") };
      return {
        row,
        draft: { action: "secret.put", by, fields: { version }, texts: { secret: name, ...allowed } },
        done: { name, version, updatedAt, allowedHosts: hostsKept, warnings: warningsOf(name, value) },
      };
    });
  }

  /** A version without a value is left, so that a later call can tell what happened. Errors: `secret_not_found`. */
  async delete(tenant: TenantId, name: string, by: AuditActor): Promise<void> {
    const nameHash = this.#ports.vault.hash(tenant, "secret", name);
    await this.#write(tenant, name, async (current, version, updatedAt) => {
      if (!isStored(current) || this.#openWhole(current)?.value === null)
        throw new DispatchedError("secret_not_found", `there is no secret ${name}`);
      const former = await this.#former(tenant, current, updatedAt, null);
      const place = { tenant, name: nameHash, version, updatedAt };
      const body = bodyOf({ name, value: null, allowedHosts: null, former });
      const row = former.length === 0 ? emptied(place) : sealSecret(this.#ports.vault, place, body);
      const draft = { action: "secret.deleted", by, fields: { version }, texts: { secret: name } } as const;
      return { row, draft, done: null };
    });
  }

  /**
   * Changes what the engine keeps under a name that no secret of the tenant can have. `change` may be called again; what it
   * throws, nothing follows. Errors: those of `change`, `locked`, `store_unavailable`.
   */
  change<Done>(tenant: TenantId, name: string, change: Change<Done>): Promise<Done> {
    const { vault } = this.#ports;
    const nameHash = vault.hash(tenant, "secret", name);
    return this.#write(tenant, name, (current, version, updatedAt) => {
      const { value, draft, done } = change(isStored(current) ? this.#open(current).value : null);
      const place = { tenant, name: nameHash, version, updatedAt };
      return {
        row: value === null ? emptied(place) : sealSecret(vault, place, { name, value }),
        draft,
        done,
      };
    });
  }

  async list(tenant: TenantId): Promise<readonly SecretView[]> {
    const rows = await this.#ports.store.listSecrets(tenant);
    const views = rows.filter(isStored).flatMap((row) => {
      const { name, value, allowedHosts } = this.#open(row);
      return value === null ? [] : [{ name, version: row.version, updatedAt: row.updatedAt, allowedHosts }];
    });
    return views.filter(({ name }) => namePattern.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async find(tenant: TenantId, names: readonly string[]): Promise<FoundSecrets> {
    const { store, vault } = this.#ports;
    const found: OpenSecret[] = [];
    const missing: { readonly name: string; readonly deleted: boolean }[] = [];
    const former: string[] = [];
    for (const name of names) {
      const hash = vault.hash(tenant, "secret", name);
      const row = await store.readSecret(tenant, hash);
      const kept = isStored(row) ? await this.#openFresh(row) : null;
      former.push(...(kept?.former ?? []).map((one) => one.value));
      const value = kept?.value ?? null;
      if (kept !== null && value !== null) found.push({ ...kept, value });
      else missing.push({ name, deleted: row !== null });
    }
    return { found, missing, former };
  }

  /** Destroys former values that no active run can have sent any more. Errors: `locked`, those of the store. */
  async trim(tenant: TenantId): Promise<void> {
    const { store, vault } = this.#ports;
    for (const row of (await store.listSecrets(tenant)).filter(isStored)) {
      const kept = this.#openWhole(row);
      if (kept === null || kept.former.length === 0) continue;
      const former = await stillSent(store, tenant, kept.former);
      if (former.length === kept.former.length) continue;
      const { name, version } = row;
      const body = encodeJson(bodyOf({ ...kept, former }));
      const place = placeOf(tenant, name, version, "sealed");
      await store.putSecret({ ...row, sealed: vault.seal(openSecretKey(vault, row), place, body) });
    }
  }

  /** The value of one. Errors: `secret_not_found`, `locked`. */
  async value(tenant: TenantId, name: string): Promise<string> {
    const [secret] = (await this.find(tenant, [name])).found;
    if (secret === undefined) throw new DispatchedError("secret_not_found", `there is no secret ${name}`);
    return secret.value;
  }

  async #write<Done>(
    tenant: TenantId,
    name: string,
    next: (
      current: SecretRow | null,
      version: number,
      updatedAt: number,
    ) => Written<Done> | Promise<Written<Done>>,
  ): Promise<Done> {
    const { store, vault, clock } = this.#ports;
    for (let tries = 0; tries < triesMax; tries++) {
      const current = await store.readSecret(tenant, vault.hash(tenant, "secret", name));
      const { row, draft, done } = await next(current, (current?.version ?? 0) + 1, clock.now());
      const isWritten = await this.#audit.with(tenant, draft, (append) => store.putSecret(row, append));
      if (isWritten) return done;
      // Another wrote it, or another epoch is current, or another key of the tenant.
      await followEpoch(this.#ports);
      await followKey(this.#ports, tenant);
    }
    throw new DispatchedError("store_unavailable", `secret ${name} is being written by others`, {
      retryable: true,
    });
  }

  /** One that was replaced meanwhile is the new one. */
  #openFresh(row: SecretRow): Promise<KeptSecret & Pick<OpenSecret, "version">> {
    return openFresh(
      row,
      (fresh) => ({ ...this.#open(fresh), version: fresh.version }),
      () => this.#ports.store.readSecret(row.tenant, row.name),
    );
  }

  /** What is to be masked of a secret once `value` is in its place. */
  async #former(
    tenant: TenantId,
    current: SecretRow | null,
    endedAt: number,
    value: string | null,
  ): Promise<readonly FormerValue[]> {
    const kept = isStored(current) ? this.#openWhole(current) : null;
    if (kept === null) return [];
    const last = kept.value === null ? [] : [{ value: kept.value, endedAt }];
    const others = [...last, ...kept.former].filter((one) => one.value !== value);
    return stillSent(this.#ports.store, tenant, others);
  }

  /** Null for one that is damaged. Errors: `locked`. */
  #openWhole(row: SecretRow): KeptSecret | null {
    try {
      return this.#open(row);
    } catch (error) {
      if (isLocked(error)) throw error;
      return null;
    }
  }

  #open(row: SecretRow): KeptSecret {
    const { vault } = this.#ports;
    const { tenant, name, version } = row;
    const key = openSecretKey(vault, row);
    const opened = decodeJson(vault.open(key, placeOf(tenant, name, version, "sealed"), row.sealed));
    const object = opened as JsonObject;
    return {
      name: object["name"] as string,
      value: (object["value"] as string | undefined) ?? null,
      allowedHosts: (object["allowedHosts"] as readonly string[] | undefined) ?? null,
      former: (object["former"] as readonly FormerValue[] | undefined) ?? [],
    };
  }
}

interface Written<Done> {
  readonly row: SecretRow;
  readonly draft: AuditDraft;
  readonly done: Done;
}

function bodyOf({ name, value, allowedHosts, former }: KeptSecret): JsonObject {
  return {
    name,
    ...(value === null ? {} : { value }),
    ...(allowedHosts === null ? {} : { allowedHosts }),
    ...(former.length === 0 ? {} : { former: former.map((one) => ({ ...one })) }),
  };
}

type RowName = Pick<SecretRow, "tenant" | "name" | "version" | "updatedAt">;

function sealSecret(vault: Vault, row: RowName, body: JsonObject): SecretRow {
  const { tenant, name, version } = row;
  const { key, kept } = vault.createKey(placeOf(tenant, name, version, "key"), { live: true });
  const sealed = vault.seal(key, placeOf(tenant, name, version, "sealed"), encodeJson(body));
  return { ...row, ...kept, sealed };
}

function emptied(row: RowName): SecretRow {
  return { ...row, key: nothing, live: null, sealed: nothing };
}

function openSecretKey(vault: Vault, row: SecretRow): DataKey {
  const { tenant, name, version } = row;
  return vault.unwrapKey(placeOf(tenant, name, version, "key"), row);
}

/** The key of a secret that the engine alone cannot open yet, so that it can. Null when there is none. Errors: `locked`. */
export function closedSecret(vault: Vault, row: SecretRow | null): LiveRecord | null {
  if (!isStored(row) || row.live !== null) return null;
  const { tenant, name, version } = row;
  const live = vault.wrapLive(placeOf(tenant, name, version, "key"), openSecretKey(vault, row));
  return { name, version, key: row.key, live };
}

/** A version without anything, or with former values only, is that of a deletion. */
function isStored(row: SecretRow | null): row is SecretRow {
  return row !== null && row.sealed.length > 0;
}

function warningsOf(name: string, value: string): readonly string[] {
  if (value.length >= maskedPartMin) return [];
  return [
    `${name} has fewer than ${maskedPartMin} characters: within longer text it is not masked, because it would be found everywhere`,
  ];
}

function checkSecret(name: string, value: string): void {
  if (!namePattern.test(name)) {
    throw new DispatchedError("invalid_secret", "the name of a secret is UPPER_SNAKE_CASE", {
      hint: "capital letters, digits and underscores, at most 128, beginning with a letter",
    });
  }
  if (value === "") throw new DispatchedError("invalid_secret", `the value of ${name} is empty`);
  if (!value.isWellFormed()) {
    throw new DispatchedError(
      "invalid_secret",
      `the value of ${name} has half of a surrogate pair, which is no text`,
      { hint: "store the whole text: it was cut within a character, and no call could send it" },
    );
  }
  if (value.length > limits.secret_value_bytes) {
    throw new DispatchedError(
      "invalid_secret",
      `the value of ${name} is over ${limits.secret_value_bytes} bytes`,
    );
  }
}

function placeOf(tenant: TenantId, name: Uint8Array, version: number, column: string): Place {
  return { tenant, table: "secret", column, row: hex(name), version };
}
