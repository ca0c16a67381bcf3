// Waits in a test for what a run is really doing, not for a time.

import type { Client } from "../../src/client/client.ts";
import { ClientError } from "../../src/client/client-error.ts";
import type { EventResource, RunResource } from "../../src/client/resources.ts";

const tries = 60;

/** The run as soon as `holds` is true of it. */
export async function until(
  client: Client,
  id: string,
  holds: (run: RunResource) => boolean,
): Promise<RunResource> {
  let after = 0;
  let run = await firstSeen(client, id);
  for (let index = 0; index < tries && !holds(run); index++) {
    // The next event is what can change it.
    const { events, ended } = await client.listEvents(id, after, hasEnded(run) ? 0 : 1);
    after = events.at(-1)?.seq ?? after;
    run = await client.getRun(id);
    if (ended && !holds(run) && !run.now.endsWith("is being undone"))
      throw new Error(`${id} ended otherwise: ${JSON.stringify(run)}`);
  }
  if (!holds(run)) throw new Error(`${id} did not come so far: ${JSON.stringify(run)}`);
  return run;
}

/** A parent names its child shortly before that is there. */
async function firstSeen(client: Client, id: string): Promise<RunResource> {
  for (let left = tries; ; left--) {
    try {
      return await client.getRun(id);
    } catch (error) {
      if (left === 0 || !(error instanceof ClientError) || error.code !== "run_not_found") throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function hasEnded(run: RunResource): boolean {
  return run.ended_at !== null;
}

export function ended(client: Client, id: string): Promise<RunResource> {
  return until(client, id, hasEnded);
}

export async function allEvents(client: Client, id: string): Promise<readonly EventResource[]> {
  const found: EventResource[] = [];
  for (;;) {
    const page = await client.listEvents(id, found.at(-1)?.seq ?? 0);
    found.push(...page.events);
    if (page.events.length === 0 || page.ended) return found;
  }
}
