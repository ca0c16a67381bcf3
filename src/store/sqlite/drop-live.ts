// Closes what no active run may need any more.

import type { Database } from "better-sqlite3";
import { hex } from "../hex.ts";
import { liveClosure } from "../live-closure.ts";
import { unpackList } from "./byte-list.ts";
import type { Heads } from "./heads.ts";

interface SqlLive {
  readonly name: Uint8Array;
  readonly version: number;
  readonly names: Uint8Array;
}

interface SqlEvent {
  readonly no: number;
  readonly topics: Uint8Array;
}

/** Gives how many records were closed. */
export function prepareDropLive(database: Database, heads: Heads): () => number {
  const { tenants, definitions, isActive, isGranted, granted, secrets, events } = prepareFinds(database);
  const closeDefinition = database.prepare(
    "UPDATE definition SET live = NULL WHERE tenant = ? AND name = ? AND version = ?",
  );
  const closeSecret = database.prepare("UPDATE secret SET live = NULL WHERE tenant = ? AND name = ?");
  const closeEvent = database.prepare("UPDATE incoming SET live = NULL WHERE no = ?");

  function dropOf(tenant: string): number {
    const no = heads.tenant(tenant) ?? 0;
    const live = definitions.all(tenant).map(({ name, version, names }) => {
      return { name: hex(name), bytes: name, version, names: unpackList(names).map(hex) };
    });
    const kept = liveClosure(
      live,
      ({ name, version }) => {
        const bytes = Buffer.from(name, "hex");
        return (
          isActive.get(no, bytes, version) !== undefined ||
          isGranted.get(tenant, bytes, version) !== undefined
        );
      },
      granted.all(tenant).flatMap((names) => unpackList(names as Uint8Array).map(hex)),
    );
    let count = 0;
    for (const definition of live) {
      if (kept.definitions.has(definition)) continue;
      count += closeDefinition.run(tenant, definition.bytes, definition.version).changes;
    }
    for (const name of secrets.all(tenant) as readonly Uint8Array[]) {
      if (!kept.names.has(hex(name))) count += closeSecret.run(tenant, name).changes;
    }
    for (const { no: event, topics } of events.all(no)) {
      if (!kept.names.has(hex(unpackList(topics)[0] as Uint8Array))) count += closeEvent.run(event).changes;
    }
    return count;
  }

  return () => tenants.all().reduce((sum, tenant) => sum + dropOf(tenant as string), 0);
}

/** Nothing is live under another one. */
const livingKeys = "SELECT key_id FROM epoch WHERE state <> 'retired'";

function prepareFinds(database: Database) {
  return {
    tenants: database
      .prepare<[], string>(
        `SELECT tenant FROM definition INDEXED BY definition_live WHERE live IS NOT NULL
         UNION SELECT tenant FROM secret INDEXED BY secret_live WHERE live IS NOT NULL
         UNION SELECT t.id FROM incoming AS i INDEXED BY incoming_live JOIN tenant AS t ON t.no = i.tenant
           WHERE i.live IS NOT NULL`,
      )
      .pluck(),
    definitions: database.prepare<[string], SqlLive>(
      `SELECT name, version, names FROM definition INDEXED BY definition_live
       WHERE tenant = ? AND live IS NOT NULL`,
    ),
    isActive: database
      .prepare<[number, Uint8Array, number]>(
        `SELECT 1 FROM head AS h INDEXED BY head_live CROSS JOIN run AS r ON r.no = h.no
         WHERE substr(h.live, 2, 8) IN (${livingKeys}) AND h.tenant = ? AND h.workflow = ? AND h.live IS NOT NULL
           AND r.version = ? LIMIT 1`,
      )
      .pluck(),
    isGranted: database
      .prepare<[string, Uint8Array, number]>(
        `SELECT 1 FROM standing_grant WHERE tenant = ? AND workflow = ? AND version = ? AND ended_at IS NULL`,
      )
      .pluck(),
    granted: database
      .prepare<[string], Uint8Array>("SELECT names FROM standing_grant WHERE tenant = ? AND ended_at IS NULL")
      .pluck(),
    secrets: database
      .prepare<[string], Uint8Array>(
        "SELECT name FROM secret INDEXED BY secret_live WHERE tenant = ? AND live IS NOT NULL",
      )
      .pluck(),
    events: database.prepare<[number], SqlEvent>(
      `SELECT no, topics FROM incoming INDEXED BY incoming_live
       WHERE substr(live, 2, 8) IN (${livingKeys}) AND tenant = ? AND live IS NOT NULL`,
    ),
  };
}
