// Closes what no active run may need any more.

import type { Database } from "better-sqlite3";
import { hex } from "../hex.ts";
import { liveClosure } from "../live-closure.ts";
import { unpackList } from "./byte-list.ts";
import { isNotLeaving } from "./deleted-tenants.ts";
import type { Heads } from "./heads.ts";
import { type Done, doWithin, workMax } from "./within-work.ts";

interface Sized {
  /** What is sealed of it: that is written anew, too. */
  readonly bytes: number;
}

interface SqlLive extends Sized {
  readonly name: Uint8Array;
  readonly version: number;
  readonly names: Uint8Array;
}

interface SqlSecret extends Sized {
  readonly name: Uint8Array;
}

interface SqlEvent extends Sized {
  readonly no: number;
}

/** In batches, about: what is closed with one write, so that none waits for long, and a row with its places in indexes. */
const [closeMax, rowWork] = [workMax / 2, 20];

/** Gives how many records were closed; 0 when nothing is left to be closed. */
export function prepareDropLive(database: Database, heads: Heads): () => number {
  const { tenants, definitions, isActive, isGranted, granted, secrets, topics, events } =
    prepareFinds(database);
  const { closeDefinition, closeSecret, closeEvent } = prepareCloses(database);
  /** At this tenant the write before was cut: the next begins there. */
  let from = "";

  function dropOf(tenant: string, left: number): Done {
    const no = heads.tenant(tenant) ?? 0;
    const live = definitions.all(tenant).map((row) => {
      return { row, name: hex(row.name), version: row.version, names: unpackList(row.names).map(hex) };
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
    let [rows, work] = [0, 0];
    const close = <Row extends Sized>(open: readonly Row[], one: (row: Row) => void) => {
      if (work >= left) return;
      const done = doWithin(open, { left: left - work, rowWork }, one);
      rows += done.rows;
      work += done.work;
    };
    const needless = live.filter((definition) => !kept.definitions.has(definition));
    close(
      needless.map(({ row }) => row),
      ({ name, version }) => closeDefinition.run(tenant, name, version),
    );
    close(
      secrets.all(tenant).filter(({ name }) => !kept.names.has(hex(name))),
      ({ name }) => closeSecret.run(tenant, name),
    );
    for (const topic of topics.all({ no }) as readonly Uint8Array[]) {
      if (work >= left) break;
      if (unpackList(topic).some((name) => kept.names.has(hex(name)))) continue;
      close(events.all(no, topic, Math.ceil((left - work) / rowWork)), (event) => closeEvent.run(event.no));
    }
    return { rows, work };
  }

  return () => {
    const all = tenants.all() as readonly string[];
    const first = Math.max(
      0,
      all.findIndex((tenant) => tenant >= from),
    );
    from = "";
    let [rows, work] = [0, 0];
    for (const tenant of [...all.slice(first), ...all.slice(0, first)]) {
      const done = dropOf(tenant, closeMax - work);
      rows += done.rows;
      work += done.work;
      if (work < closeMax) continue;
      from = tenant;
      break;
    }
    return rows;
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

function prepareCloses(database: Database) {
  return {
    closeDefinition: database.prepare(
      "UPDATE definition SET live = NULL WHERE tenant = ? AND name = ? AND version = ?",
    ),
    closeSecret: database.prepare("UPDATE secret SET live = NULL WHERE tenant = ? AND name = ?"),
    closeEvent: database.prepare("UPDATE incoming SET live = NULL WHERE no = ?"),
  };
}

function prepareFinds(database: Database) {
  return {
    tenants: database
      .prepare<[], string>(
        `SELECT tenant FROM definition INDEXED BY definition_live WHERE live IS NOT NULL
         UNION SELECT tenant FROM secret INDEXED BY secret_live WHERE live IS NOT NULL
         UNION SELECT t.id FROM (${tenantsOfEvents}) AS i CROSS JOIN tenant AS t ON t.no = i.no
         ORDER BY 1`,
      )
      .pluck(),
    definitions: database.prepare<[string], SqlLive>(
      `SELECT name, version, names, length(sealed) AS bytes FROM definition INDEXED BY definition_live
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
    secrets: database.prepare<[string], SqlSecret>(
      `SELECT name, length(sealed) AS bytes FROM secret INDEXED BY secret_live
       WHERE tenant = ? AND live IS NOT NULL`,
    ),
    events: database.prepare<[number, Uint8Array, number], SqlEvent>(
      `SELECT no, length(sealed) AS bytes FROM incoming INDEXED BY incoming_topic_live
       WHERE tenant = ? AND substr(topics, 1, 17) = ? AND live IS NOT NULL LIMIT ?`,
    ),
    topics: database.prepare<{ readonly no: number }, Uint8Array>(topicsOfEvents).pluck(),
  };
}
