// One case of the store's contract.

import type { Store } from "../store.ts";

export interface StoreCase {
  readonly name: string;
  /** Throws when the store breaks its contract. `store` is empty and belongs to this case alone. */
  run(store: Store): Promise<void>;
}
