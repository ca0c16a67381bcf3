// Runs that must look at the world again, and the topics for which they wait.

import type { Database } from "better-sqlite3";
import { runIdBytes } from "./run-id-bytes.ts";

export interface Pokes {
  /** By its id. */
  run(tenant: number, run: string): void;
  /** By its number. */
  no(run: number): void;
  /** All that wait for the topic. */
  topic(tenant: number, topic: Uint8Array): void;
  /** `topics` take the place of those before. */
  setTopics(tenant: number, run: number, topics: readonly Uint8Array[]): void;
  /** The run waits for nothing. */
  forget(run: number): void;
}

/** No `Head` says whether a run is poked: what the writer keeps of a run stays right. */
export function preparePokes(database: Database): Pokes {
  const poke = (where: string) =>
    database.prepare(`UPDATE head SET poked = 1 WHERE ${where} AND ended_at IS NULL AND poked = 0`);
  const pokeNo = poke("no = ?");
  const pokeRun = poke("no = (SELECT no FROM run WHERE tenant = ? AND id = ?)");
  const pokeTopic = poke("no IN (SELECT run FROM awaited WHERE tenant = ? AND topic = ?)");
  const forget = database.prepare("DELETE FROM awaited WHERE run = ?");
  const insert = database.prepare("INSERT OR IGNORE INTO awaited (tenant, topic, run) VALUES (?, ?, ?)");

  return {
    run: (tenant, run) => void pokeRun.run(tenant, runIdBytes(run)),
    no: (run) => void pokeNo.run(run),
    topic: (tenant, topic) => void pokeTopic.run(tenant, topic),
    setTopics(tenant, run, topics) {
      forget.run(run);
      for (const topic of topics) insert.run(tenant, topic, run);
    },
    forget: (run) => void forget.run(run),
  };
}
