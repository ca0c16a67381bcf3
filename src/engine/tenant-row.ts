// A tenant's row with the code that only this engine makes: who else wrote it is found out as it is read.

import { joinFields } from "../handshake/join-fields.ts";
import type { TenantRow } from "../ports/account-store.ts";
import type { Vault } from "../ports/vault.ts";
import { DispatchedError } from "../value/problem.ts";
import type { EnginePorts } from "./ports.ts";

const nothing = new Uint8Array(0);

export function codedRow(vault: Pick<Vault, "codeOfRow">, row: Omit<TenantRow, "code">): TenantRow {
  return { ...row, code: vault.codeOfRow(fieldsOf(row)) };
}

/** The row. Errors: `sealed_data_damaged` when somebody else than the engine wrote it. */
export function genuineRow({ vault, log }: Pick<EnginePorts, "vault" | "log">, row: TenantRow): TenantRow {
  const { code } = codedRow(vault, row);
  if (code.every((byte, index) => byte === row.code[index])) return row;
  log.write("error", "tenant.altered", { tenant: row.tenant });
  throw new DispatchedError("sealed_data_damaged", `the row of ${row.tenant} was altered`, {
    hint: "somebody wrote to the store: put it back from a backup",
  });
}

function fieldsOf(row: Omit<TenantRow, "code">): Uint8Array {
  const { tenant, generation, publicKey, sealKey, check, apiKey, createdAt, recovery } = row;
  return joinFields(
    "dispatched/v1/tenant",
    tenant,
    generation,
    publicKey,
    sealKey ?? nothing,
    check ?? nothing,
    apiKey,
    createdAt,
    recovery?.publicKey ?? nothing,
    recovery?.sealedKey ?? nothing,
  );
}
