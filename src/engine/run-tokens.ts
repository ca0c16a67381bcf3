// Run tokens: they open the status and the signals of one run, for a day, and come of the key of that run.

import { readToken } from "../handshake/token-text.ts";
import type { DataKey } from "../ports/vault.ts";
import { type RunId, type TenantId, tenantIdOf } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { EnginePorts } from "./ports.ts";
import { hourOf, mintRunToken, runTokenCode, tenantBytes } from "./run-token.ts";
import type { Runs } from "./runs.ts";
import { sameBytes } from "./same-bytes.ts";

/** A token counts until this many hours after the beginning of the hour in which it was made. */
const lifetimeHours = 24;

export interface KnownRunToken {
  readonly tenant: TenantId;
  /** Made at this moment while the run waits, so that whoever asks now and then outlasts a long wait; else null. */
  readonly fresh: string | null;
}

interface FoundRun {
  readonly key: DataKey;
  readonly waits: boolean;
}

export class RunTokens {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;

  constructor(ports: EnginePorts, runs: Runs) {
    this.#ports = ports;
    this.#runs = runs;
  }

  /**
   * Null for a token of another run, one that has ended, and one that cannot be checked because the run's key is not at hand:
   * whoever makes up a token does not learn which runs are there, and locked. The key is opened first, and that recorded.
   */
  async read(token: string, run: RunId): Promise<KnownRunToken | null> {
    const read = readToken(token);
    if (read?.kind !== "run") return null;
    const tenant = tenantIdOf(read.bytes.subarray(0, tenantBytes));
    const found = await this.#find(tenant, run);
    if (found === null) return null;
    const keyed = { tenant, run, key: found.key };
    const code = read.bytes.subarray(tenantBytes);
    const now = hourOf(this.#ports);
    for (let hour = now; hour > now - lifetimeHours; hour--) {
      if (sameBytes(runTokenCode(this.#ports, keyed, hour), code)) {
        return { tenant, fresh: found.waits ? mintRunToken(this.#ports, keyed) : null };
      }
    }
    return null;
  }

  async #find(tenant: TenantId, run: RunId): Promise<FoundRun | null> {
    const active = this.#runs.inMemory(tenant, run);
    if (active !== null) return { key: active.identity.key, waits: active.state?.status === "waiting" };
    const row = await this.#ports.store.readRun(tenant, run);
    if (row === null) return null;
    try {
      return { key: await this.#runs.keys.open(row), waits: row.status === "waiting" };
    } catch (error) {
      if (error instanceof DispatchedError && error.code === "locked") return null;
      throw error;
    }
  }
}
