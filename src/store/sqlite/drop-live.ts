// Closes what no active run may need any more.

import type { Database } from "better-sqlite3";
import { hex } from "../hex.ts";
import { liveClosure } from "../live-closure.ts";
import { unpackList } from "./byte-list.ts";
import { isNotLeaving } from "./deleted-tenants.ts";
import type { Heads } from "./heads.ts";

interface SqlLive {
  readonly name: Uint8Array;
  readonly version: number;
  readonly names: Uint8Array;
}

/** Events closed with one write, each with its body: none waits for long. */
const eventsMax = 500;

/** Gives how many records were closed; 0 when nothing is left to be closed. */
export function prepareDropLive(database: Database, heads: Heads): () => number {
  const { tenants, definitions, isActive, isGranted, granted, secrets, topics } = prepareFinds(database);
  const closeDefinition = database.prepare(
    "UPDATE definition SET live = NULL WHERE tenant = ? AND name = ? AND version = ?",
  );
  const closeSecret = database.prepare("UPDATE secret SET live = NULL WHERE tenant = ? AND name = ?");
  const closeEvents = database.prepare(
    `UPDATE incoming INDEXED BY incoming_topic_live SET live = NULL
     WHERE tenant = ? AND substr(topics, 1, 17) = ? AND live IS NOT NULL LIMIT ?`,
  );

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
    for (const topic of topics.all({ no }) as readonly Uint8Array[]) {
      if (count >= eventsMax) break;
      const isKept = unpackList(topic).some((name) => kept.names.has(hex(name)));
      if (!isKept) count += closeEvents.run(no, topic, eventsMax - count).changes;
    }
    return count;
  }

  return () => {
    let count = 0;
    for (const tenant of tenants.all()) {
      count += dropOf(tenant as string);
      if (count >= eventsMax) break;
    }
    return count;
  };
}

/** From tenant to tenant, and from topic to topic: there may be many events of each. */
const ofLiveEvents = "FROM incoming INDEXED BY incoming_topic_live WHERE live IS NOT NULL";
const tenantsOfEvents = `
  WITH RECURSIVE at (no) AS (
      SELECT min(tenant) ${ofLiveEvents}
    UNION ALL SELECT (SELECT min(tenant) ${ofLiveEvents} AND tenant > at.no) FROM at WHERE at.no IS NOT NULL)
  SELECT no FROM at WHERE no IS NOT NULL AND ${isNotLeaving("at.no")}`;
const topicsOfEvents = `
  WITH RECURSIVE at (topic) AS (
      SELECT min(substr(topics, 1, 17)) ${ofLiveEvents} AND tenant = @no
    UNION ALL SELECT (SELECT min(substr(topics, 1, 17)) ${ofLiveEvents} AND tenant = @no
        AND substr(topics, 1, 17) > at.topic)
      FROM at WHERE at.topic IS NOT NULL)
  SELECT topic FROM at WHERE topic IS NOT NULL`;

/** Nothing is live under another one. */
const livingKeys = "SELECT key_id FROM epoch WHERE state <> 'retired'";

function prepareFinds(database: Database) {
  return {
    tenants: database
      .prepare<[], string>(
        `SELECT tenant FROM definition INDEXED BY definition_live WHERE live IS NOT NULL
         UNION SELECT tenant FROM secret INDEXED BY secret_live WHERE live IS NOT NULL
         UNION SELECT t.id FROM (${tenantsOfEvents}) AS i CROSS JOIN tenant AS t ON t.no = i.no`,
      )
      .pluck(),
    definitions: database.prepare<[string], SqlLive>(
      `SELECT name, version, names FROM definition INDEXED BY definition_live
       WHERE tenant = ? AND live IS NOT NULL`,
    ),
    isActive: database
      .prepare<[number, Uint8Array, number]>(
        `SELECT 1 FROM head INDEXED BY head_live
         WHERE substr(live, 2, 8) IN (${livingKeys}) AND tenant = ? AND workflow = ? AND version = ?
           AND live IS NOT NULL LIMIT 1`,
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
    topics: database.prepare<{ readonly no: number }, Uint8Array>(topicsOfEvents).pluck(),
  };
}
