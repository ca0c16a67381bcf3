// Whether a version that was stored is what starts now: one below the highest is stored, and changes nothing.

import type { Client } from "../client/client.ts";
import type { PutResource } from "../client/resources.ts";

/** The highest version. Null when that cannot be told: the file is stored, whatever becomes of this question. */
export function versionInForce(client: Client, name: string): Promise<number | null> {
  return client.getWorkflow(name).then(
    ({ version }) => version,
    () => null,
  );
}

/** What is to be said of a version that is not in force; null of one that is. */
export function behindLine({ version }: PutResource, inForce: number | null): string | null {
  if (inForce === null || inForce <= version) return null;
  return `v${inForce} is stored and stays in force: raise \`version\` above it to take its place`;
}
