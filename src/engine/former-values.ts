// Values that a secret had before: kept, so that what comes back of them is masked, as long as a run may have sent them.

import type { Store } from "../ports/store.ts";
import type { RunStatus } from "../run/status.ts";
import type { TenantId } from "../value/id.ts";
import type { EnginePorts } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import type { Timer, Timers } from "./timers.ts";

export interface FormerValue {
  readonly value: string;
  /** When another took its place, or none did (milliseconds since 1970). */
  readonly endedAt: number;
}

/** Of one secret; the oldest are given up first. */
const formerMax = 8;
/** Clocks of nodes differ. */
const slackMs = 60_000;
const restMs = 600_000;
const active: readonly RunStatus[] = ["queued", "running", "waiting", "paused", "compensating"];

/** Those that a run sent, maybe, that is active: it began before they ended. The newest come first. */
export async function stillSent(
  store: Pick<Store, "listRuns">,
  tenant: TenantId,
  former: readonly FormerValue[],
): Promise<readonly FormerValue[]> {
  const kept: FormerValue[] = [];
  for (const one of former.slice(0, formerMax)) {
    const began = { statuses: active, createdTo: one.endedAt + slackMs };
    if ((await store.listRuns(tenant, began, null, 1)).rows.length > 0) kept.push(one);
  }
  return kept;
}

/** Has those destroyed that no active run can have sent, of tenants who are signed in. */
export class FormerValues {
  readonly #ports: EnginePorts;
  readonly #secrets: Pick<Secrets, "trim">;
  readonly #timers: Timers;
  #timer: Timer | null = null;
  #stopped = true;

  constructor(ports: EnginePorts, secrets: Pick<Secrets, "trim">, timers: Timers) {
    this.#ports = ports;
    this.#secrets = secrets;
    this.#timers = timers;
  }

  start(): void {
    this.#stopped = false;
    this.#rest();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#timers.cancel(this.#timer);
  }

  async #look(): Promise<void> {
    for (const tenant of this.#ports.vault.openTenants()) {
      // What fails is tried again at the next look.
      if (!this.#stopped) await this.#secrets.trim(tenant).catch(() => {});
    }
  }

  #rest(): void {
    if (this.#stopped) return;
    const at = this.#ports.clock.now() + restMs;
    this.#timer = this.#timers.set(at, () => {
      this.#look().then(() => this.#rest());
    });
  }
}
