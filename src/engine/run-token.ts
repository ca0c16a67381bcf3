// The text of a run token: whose run it is for, and a code of the hour by the key of that run.

import { writeToken } from "../handshake/token-text.ts";
import type { DataKey } from "../ports/vault.ts";
import { bytesOfId, type RunId, type TenantId } from "../value/id.ts";
import type { EnginePorts } from "./ports.ts";
import { codeByRunKey } from "./run-log.ts";

const hourMs = 3_600_000;
/** Of the tenant's id, before the code. */
export const tenantBytes = 16;

export interface KeyedRun {
  readonly tenant: TenantId;
  readonly run: RunId;
  readonly key: DataKey;
}

type TokenPorts = Pick<EnginePorts, "vault" | "clock">;

/** `dst_run_…`, the same for a whole hour. */
export function mintRunToken(ports: TokenPorts, keyed: KeyedRun): string {
  const bytes = new Uint8Array(2 * tenantBytes);
  bytes.set(bytesOfId(keyed.tenant), 0);
  bytes.set(runTokenCode(ports, keyed, hourOf(ports)), tenantBytes);
  return writeToken("run", bytes);
}

/** Hours since 1970. */
export function hourOf({ clock }: TokenPorts): number {
  return Math.floor(clock.now() / hourMs);
}

export function runTokenCode(
  { vault }: TokenPorts,
  { tenant, run, key }: KeyedRun,
  hour: number,
): Uint8Array {
  return codeByRunKey(vault, tenant, run, key, `run-token ${hour}`);
}
