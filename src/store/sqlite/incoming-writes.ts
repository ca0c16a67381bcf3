// Writes of the events that came in.

import type { Database } from "better-sqlite3";
import type { IncomingRow } from "../../ports/store.ts";
import { hex } from "../hex.ts";
import { packList, unpackList } from "./byte-list.ts";
import type { Heads } from "./heads.ts";
import type { KeyFence } from "./key-fence.ts";
import type { LiveWrites } from "./live-writes.ts";
import type { Pokes } from "./poke-writes.ts";
import { doSome } from "./within-work.ts";

export interface IncomingWrites {
  putAll(rows: readonly IncomingRow[]): readonly boolean[] | null;
  settle(tenant: string, id: Uint8Array): void;
  drop(beforeMs: number, limit: number): number;
}

interface Old {
  readonly no: number;
  readonly tenant: number;
  readonly topics: Uint8Array;
  readonly received_at: number;
  readonly bytes: number;
}

export function prepareIncoming(
  database: Database,
  heads: Heads,
  pokes: Pokes,
  { lives, fence }: { readonly lives: LiveWrites; readonly fence: KeyFence },
): IncomingWrites {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO incoming (tenant, id, topics, received_at, key, sealed, live)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertTopic = database.prepare(
    "INSERT OR IGNORE INTO incoming_topic (tenant, topic, received_at, event) VALUES (?, ?, ?, ?)",
  );
  const settle = database.prepare(
    "UPDATE incoming SET settled = 1 WHERE tenant = ? AND id = ? AND settled = 0",
  );
  const old = database.prepare<[number, number], Old>(
    `SELECT no, tenant, topics, received_at, length(sealed) AS bytes FROM incoming INDEXED BY incoming_settled
     WHERE settled = 1 AND received_at < ? LIMIT ?`,
  );
  const removeTopic = database.prepare(
    "DELETE FROM incoming_topic WHERE tenant = ? AND topic = ? AND received_at = ? AND event = ?",
  );
  const remove = database.prepare("DELETE FROM incoming WHERE no = ?");

  function put(row: IncomingRow, namedBy: (tenant: string) => ReadonlySet<string>): boolean {
    const { tenant, id, topics, receivedAt, key, sealed } = row;
    const no = heads.tenant(tenant) ?? heads.addTenant(tenant);
    const isNamed = row.live !== null && namedBy(tenant).has(hex(topics[0] as Uint8Array));
    const live = isNamed ? row.live : null;
    const inserted = insert.run(no, id, packList(topics), receivedAt, key, sealed, live);
    if (inserted.changes !== 1) return false;
    for (const topic of topics) {
      insertTopic.run(no, topic, receivedAt, inserted.lastInsertRowid);
      pokes.topic(no, topic);
    }
    return true;
  }

  return {
    putAll: (rows) => {
      const fits = ({ tenant, key, live }: IncomingRow) => lives.admits(live) && fence(tenant, key);
      if (!rows.every(fits)) return null;
      const named = new Map<string, ReadonlySet<string>>();
      const namedBy = (tenant: string) => {
        const names = named.get(tenant) ?? lives.named(tenant);
        named.set(tenant, names);
        return names;
      };
      return rows.map((row) => put(row, namedBy));
    },
    settle: (tenant, id) => void settle.run(heads.tenant(tenant), id),
    drop(beforeMs, limit) {
      return doSome(old.all(beforeMs, limit), limit, ({ no, tenant, topics, received_at: receivedAt }) => {
        for (const topic of unpackList(topics)) removeTopic.run(tenant, topic, receivedAt, no);
        remove.run(no);
      });
    },
  };
}
