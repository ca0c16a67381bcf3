// Saving a document: as the next version of what it was begun on, and only while that is still the highest.

import { type Client, ClientError, type WorkflowResource } from "dispatched/client";
import type { Draft } from "../../../editor/drafts.ts";

export type Saved =
  | {
      readonly type: "stored";
      readonly name: string;
      readonly version: number;
      readonly endedGrant: string | null;
    }
  /** Somebody has stored another version meanwhile. */
  | { readonly type: "conflict"; readonly theirs: WorkflowResource };

/** @param name what the text itself says; @param text its bytes are stored. Throws a `ClientError` for whatever else is refused. */
export async function saveDocument(
  client: Client,
  name: string,
  text: string,
  { format, base }: Pick<Draft, "format" | "base">,
): Promise<Saved> {
  const only = base === null ? { ifNoneMatch: "*" as const } : { ifMatch: base.etag };
  try {
    const { version, ended_grant } = await client.putWorkflow(name, text, format, only);
    return { type: "stored", name, version, endedGrant: ended_grant };
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "precondition_failed") throw error;
    return { type: "conflict", theirs: await client.getWorkflow(name) };
  }
}
