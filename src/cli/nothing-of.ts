// What an empty list says: that nothing fits, or that there is no such workflow.

import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import { closestName } from "../language/shape/closest-name.ts";

/** @param none what it says where nothing fits; nothing else fails here */
export function nothingOf(client: Client, workflow: string | undefined, none: string): () => Promise<string> {
  return async () => {
    if (workflow === undefined || (await isThere(client, workflow))) return none;
    const names = await client.listWorkflows(undefined, { limit: 200 }).then(
      ({ workflows }) => workflows.map(({ name }) => name),
      () => [],
    );
    const meant = closestName(workflow, names);
    const more =
      meant === null ? "`dispatched workflow list` shows those that are there" : `did you mean \`${meant}\`?`;
    return `${none}: there is no workflow ${workflow}; ${more}`;
  };
}

async function isThere(client: Client, workflow: string): Promise<boolean> {
  return client.getWorkflow(workflow).then(
    () => true,
    (error: unknown) => !(error instanceof ClientError) || error.code !== "workflow_not_found",
  );
}
