// Reads of the epochs of the engine's key, and of what is wrapped under them.

import type { Database } from "better-sqlite3";
import type { EngineWrap, EpochRow, EpochState, EpochView, NodeRow } from "../../ports/epoch-store.ts";
import { type FindWraps, prepareFindWraps } from "./engine-wraps.ts";

interface SqlEpoch {
  readonly epoch: number;
  readonly state: EpochState;
  readonly key_id: Uint8Array;
  readonly begun_at: number;
}

export class EpochReads {
  readonly #view: () => EpochView;
  readonly #keyId;
  readonly #find: FindWraps;

  constructor(database: Database) {
    const epochs = database.prepare<[], SqlEpoch>("SELECT epoch, state, key_id, begun_at FROM epoch");
    const nodes = database.prepare<[], NodeRow>(
      `SELECT name AS node, epoch AS reportedEpoch,
         coalesce((SELECT max(expires_at) FROM lease WHERE node = name AND ended = 0), 0) AS leaseEndsAt
       FROM node`,
    );
    this.#view = database.transaction(() => ({ epochs: epochs.all().map(epochOf), nodes: nodes.all() }));
    this.#keyId = database.prepare<[number], Uint8Array>("SELECT key_id FROM epoch WHERE epoch = ?").pluck();
    this.#find = prepareFindWraps(database);
  }

  /** One moment's rows. */
  view(): EpochView {
    return this.#view();
  }

  wrapsOf(epoch: number, limit: number): readonly EngineWrap[] {
    const keyId = this.#keyId.get(epoch);
    return keyId === undefined ? [] : this.#find(keyId as Uint8Array, limit);
  }
}

function epochOf({ epoch, state, key_id: keyId, begun_at: begunAt }: SqlEpoch): EpochRow {
  return { epoch, state, keyId: new Uint8Array(keyId), begunAt };
}
