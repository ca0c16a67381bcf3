// The keys of tenants on the simulated disk.

import type { KeyStore } from "../../ports/key-store.ts";
import type { SimDisk } from "./sim-inbox.ts";

export function simKeyStore(inner: KeyStore, { read, write }: SimDisk): KeyStore {
  return {
    list: (tenant, cursor, limit, whole) => read("listKeys", () => inner.list(tenant, cursor, limit, whole)),
    listSealed: (tenant, limit) => read("listSealed", () => inner.listSealed(tenant, limit)),
    count: (tenant) => read("countKeys", () => inner.count(tenant)),
    replace: (tenant, changes, step) => write("replaceKeys", () => inner.replace(tenant, changes, step)),
    readRotation: (tenant) => read("readRotation", () => inner.readRotation(tenant)),
  };
}
