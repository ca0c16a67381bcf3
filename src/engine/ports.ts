// All that an engine asks of the world.

import type { Caller } from "../ports/caller.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Log } from "../ports/log.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Store } from "../ports/store.ts";
import type { Vault } from "../ports/vault.ts";

export interface EnginePorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly caller: Caller;
  readonly log: Log;
  readonly sandbox: Sandbox;
}
