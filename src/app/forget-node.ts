// Takes a node that does not come back from those that epochs wait for, while no server has the data open.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Configuration } from "./configuration.ts";

/** Errors: `data_in_use`, `node_not_found`, `keys_in_use`, `invalid_configuration`. */
export async function forgetNode({ dataFolder }: Configuration, node: string, now: number): Promise<void> {
  if (!existsSync(join(dataFolder, "dispatched.db"))) {
    throw new DispatchedError("invalid_configuration", `There are no data in ${dataFolder}.`, {
      hint: "name another folder with --data",
    });
  }
  const store = await SqliteStore.open(dataFolder);
  try {
    const { nodes } = await store.epochs.readEpochs();
    const result = await store.epochs.forgetNode(node, now);
    if (result === "unknown") {
      const names = nodes.map((row) => row.node).join(", ");
      throw new DispatchedError("node_not_found", `there is no node ${node}`, {
        hint: `registered are: ${names === "" ? "none" : names}`,
      });
    }
    if (result === "alive") {
      throw new DispatchedError(
        "keys_in_use",
        `the node ${node} was up a moment ago: its lease lasts still`,
        {
          hint: "stop it, and try again when its lease has ended, within a minute",
        },
      );
    }
    if (result === "needed") {
      throw new DispatchedError(
        "keys_in_use",
        `only the node ${node} has the key of an epoch that is not over`,
        {
          hint: "start another node with a copy of its key file first, or the engine loses what is wrapped under it",
        },
      );
    }
  } finally {
    await store.close();
  }
}
