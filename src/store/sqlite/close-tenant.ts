// Closes a deleted tenant to the engine, some records at a time: from then on nobody opens anything of it.

import type { Database } from "better-sqlite3";
import { doWithin } from "./within-work.ts";

/** A tenant that was deleted, with its number. */
export interface Leaving {
  readonly no: number;
  readonly id: string;
}

/** Gives what that took, in batches: `left` or more when it was cut, and some may be open still; 0 when none was. */
export type CloseTenant = (tenant: Leaving, left: number) => number;

/** In batches, about: a row with its place in an index. */
const rowWork = 5;

interface Open {
  readonly bytes: number;
  /** Of a run, of an event. */
  readonly no?: number;
  readonly name?: Uint8Array;
  readonly version?: number;
}

type Asked = Leaving & { readonly limit: number };

const what = [
  {
    find: `SELECT no, 0 AS bytes FROM head INDEXED BY head_live
      WHERE substr(live, 2, 8) IN (SELECT key_id FROM epoch) AND tenant = @no AND live IS NOT NULL`,
    close: "UPDATE head SET live = NULL WHERE no = @no",
  },
  {
    find: `SELECT name, version, length(sealed) AS bytes FROM definition INDEXED BY definition_live
      WHERE tenant = @id AND live IS NOT NULL`,
    close: "UPDATE definition SET live = NULL WHERE tenant = @id AND name = @name AND version = @version",
  },
  {
    find: "SELECT name, length(sealed) AS bytes FROM secret WHERE tenant = @id",
    close: "DELETE FROM secret WHERE tenant = @id AND name = @name",
  },
  {
    find: `SELECT no, length(sealed) AS bytes FROM incoming INDEXED BY incoming_topic_live
      WHERE tenant = @no AND live IS NOT NULL`,
    close: "UPDATE incoming SET live = NULL WHERE no = @no",
  },
] as const;

export function prepareCloseTenant(database: Database): CloseTenant {
  const kinds = what.map(({ find, close }) => {
    return {
      find: database.prepare<Asked, Open>(`${find} LIMIT @limit`),
      close: database.prepare<Open & { readonly id: string }>(close),
    };
  });
  return ({ no, id }, left) => {
    let work = 0;
    for (const { find, close } of kinds) {
      if (work >= left) break;
      const rest = left - work;
      const open = find.all({ no, id, limit: Math.ceil(rest / rowWork) });
      work += doWithin(open, { left: rest, rowWork }, (one) => close.run({ ...one, id })).work;
    }
    return work;
  };
}
