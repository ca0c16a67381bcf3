// Secrets of tenants: written, listed by name, and read at the moment of a call only.

import type { LiveRecord, SecretRow } from "../ports/store.ts";
import type { DataKey, Place, Vault } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import type { SecretView } from "./engine-api.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";
import { hex } from "./hex.ts";
import type { EnginePorts } from "./ports.ts";

const namePattern = /^[A-Z][A-Z0-9_]{0,127}$/;
/** Writers that meet on one name try again; more than this many at once is no accident. */
const triesMax = 16;

export interface SecretValues {
  readonly values: ReadonlyMap<string, string>;
  /** The first name that has no secret, or null. */
  readonly missing: string | null;
}

export class Secrets {
  readonly #ports: EnginePorts;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
  }

  async put(tenant: TenantId, name: string, value: string): Promise<SecretView> {
    checkSecret(name, value);
    const { store, vault, clock } = this.#ports;
    const nameHash = vault.hash(tenant, "secret", name);
    for (let tries = 0; tries < triesMax; tries++) {
      const current = await store.readSecret(tenant, nameHash);
      const version = (current?.version ?? 0) + 1;
      const updatedAt = clock.now();
      const { key, kept } = vault.createKey(placeOf(tenant, nameHash, version, "key"), { live: true });
      const sealed = vault.seal(
        key,
        placeOf(tenant, nameHash, version, "sealed"),
        encodeJson({ name, value }),
      );
      const row: SecretRow = { tenant, name: nameHash, version, ...kept, sealed, updatedAt };
      if (await store.putSecret(row)) return { name, version, updatedAt };
    }
    throw new DispatchedError("store_unavailable", `secret ${name} is being written by others`, {
      retryable: true,
    });
  }

  async delete(tenant: TenantId, name: string): Promise<void> {
    const { store, vault } = this.#ports;
    if (!(await store.deleteSecret(tenant, vault.hash(tenant, "secret", name)))) {
      throw new DispatchedError("secret_not_found", `there is no secret ${name}`);
    }
  }

  async list(tenant: TenantId): Promise<readonly SecretView[]> {
    const rows = await this.#ports.store.listSecrets(tenant);
    const views = rows.map((row) => {
      const { name } = this.#open(row);
      return { name, version: row.version, updatedAt: row.updatedAt };
    });
    return views.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async values(tenant: TenantId, names: readonly string[]): Promise<SecretValues> {
    const { store, vault } = this.#ports;
    const values = new Map<string, string>();
    for (const name of names) {
      const row = await store.readSecret(tenant, vault.hash(tenant, "secret", name));
      if (row === null) return { values, missing: name };
      values.set(name, this.#open(row).value);
    }
    return { values, missing: null };
  }

  #open(row: SecretRow): { readonly name: string; readonly value: string } {
    const { vault } = this.#ports;
    const { tenant, name, version } = row;
    const key = openSecretKey(vault, row);
    const opened = decodeJson(vault.open(key, placeOf(tenant, name, version, "sealed"), row.sealed));
    const object = opened as JsonObject;
    return { name: object["name"] as string, value: object["value"] as string };
  }
}

function openSecretKey(vault: Vault, row: SecretRow): DataKey {
  const { tenant, name, version } = row;
  return vault.unwrapKey(placeOf(tenant, name, version, "key"), row);
}

/** The row's key as the engine alone may open it. Errors: `locked`. */
export function secretLive(vault: Vault, row: SecretRow): LiveRecord {
  const { tenant, name, version } = row;
  const live = vault.wrapLive(placeOf(tenant, name, version, "key"), openSecretKey(vault, row));
  return { name, version, live };
}

function checkSecret(name: string, value: string): void {
  if (!namePattern.test(name)) {
    throw new DispatchedError("invalid_secret", "the name of a secret is UPPER_SNAKE_CASE", {
      hint: "capital letters, digits and underscores, at most 128, beginning with a letter",
    });
  }
  if (value === "") throw new DispatchedError("invalid_secret", `the value of ${name} is empty`);
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
