// The audit logs on the disk verify, as the engine itself would say.

import { verifyChain } from "../engine/audit-chain.ts";
import { emptyHead } from "../ports/audit-store.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { Broken } from "./history.ts";
import { SimVault } from "./ports/sim-vault.ts";
import { Prng } from "./prng.ts";

export function checkAuditChain(tables: MemoryTables): readonly Broken[] {
  const vault = new SimVault(new Prng(0));
  return [...tables.audit].flatMap(([tenant, rows]): readonly Broken[] => {
    const verdict = verifyChain((fields) => vault.codeOfEntry(fields), tenant, emptyHead, rows);
    if (verdict.ok) return [];
    const what = `${tenant}: entry ${verdict.seq} is ${verdict.fault}`;
    return [{ promise: "the audit log verifies", run: null, what }];
  });
}
