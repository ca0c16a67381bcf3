// The audit log on the simulated disk.

import type { AuditAppend, AuditStore } from "../../ports/audit-store.ts";
import type { SimNode } from "../sim-node.ts";
import type { SimDisk } from "./sim-inbox.ts";

/** `written` is called with what was appended, before its writer hears of it. */
export function simAuditStore(
  inner: AuditStore,
  { read, write }: SimDisk,
  written: (append: AuditAppend) => void,
): AuditStore {
  return {
    append: (tenant, append) =>
      write("appendAudit", async () => {
        const appended = await inner.append(tenant, append);
        if (appended) written(append);
        return appended;
      }),
    head: (tenant) => read("auditHead", () => inner.head(tenant)),
    read: (tenant, fromSeq, limit) => read("readAudit", () => inner.read(tenant, fromSeq, limit)),
  };
}

/** What was entered, in its order, with the process that did. */
export function noteEntries({ life, world }: SimNode, { rows }: AuditAppend): void {
  for (const { body } of rows) {
    const { id } = JSON.parse(new TextDecoder().decode(body)) as { readonly id: string };
    world.record.audited.set(id, { order: world.record.nextOrder(), process: life.process });
  }
}
