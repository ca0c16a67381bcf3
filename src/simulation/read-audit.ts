// The audit logs on the simulated disk when a world is over, and what stands there that they must tell of.

import { hex } from "../store/hex.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { AuditSeen, StoredRecords } from "./history.ts";
import { SimVault, simOpened } from "./ports/sim-vault.ts";
import { Prng } from "./prng.ts";
import { simTenants } from "./sim-tenants.ts";
import { secretNames } from "./workload/generate-workflow.ts";
import { hookSecret } from "./workload/outside-model.ts";
import type { WorldRecord } from "./world-record.ts";

const decoder = new TextDecoder();

export function readAudit(tables: MemoryTables, record: WorldRecord): readonly AuditSeen[] {
  return [...tables.audit.values()].flat().map(({ tenant, seq, body, sealed }) => {
    const entry = JSON.parse(decoder.decode(body)) as Pick<AuditSeen, "id" | "action" | "fields">;
    const texts = sealed === null ? {} : (JSON.parse(simOpened(sealed)) as AuditSeen["texts"]);
    const { order = 0, process = null } = record.audited.get(entry.id) ?? {};
    const { id, action, fields } = entry;
    return { tenant, seq, id, action, fields, texts, order, process };
  });
}

export function readRecords(tables: MemoryTables): StoredRecords {
  const definitions = [...tables.definitions.values()].map(({ tenant, version, sealed }) => {
    const { name } = JSON.parse(simOpened(sealed)) as { readonly name: string };
    return { tenant, name, version };
  });
  const vault = new SimVault(new Prng(0));
  const deleted = definitions.filter(
    ({ tenant, name, version }) =>
      version === 1 && tables.deleted.has(`${tenant}/${hex(vault.hash(tenant, "workflow", name))}`),
  );
  const secrets = simTenants.flatMap((tenant) =>
    [...secretNames, hookSecret].flatMap((name) => {
      const row = tables.secrets.get(`${tenant}/${hex(vault.hash(tenant, "secret", name))}`);
      return row === undefined ? [] : [{ tenant, name, version: row.version }];
    }),
  );
  return { definitions, secrets, deleted };
}
