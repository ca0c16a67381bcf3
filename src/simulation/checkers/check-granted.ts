// Standing grants let things start: what one covers is started, and does not wait in the inbox.

import { type Broken, type History, modelKey } from "../history.ts";
import type { ItemPut } from "../inbox-seen.ts";
import { type StandingGrant, standingGrants } from "./standing-grants.ts";

export function checkGranted(history: History): readonly Broken[] {
  const standing = standingGrants(history);
  const items = new Map(history.items.map((item) => [item.item, item]));
  return history.granted.waited.flatMap((put): readonly Broken[] => {
    // Another that came before may have taken its place.
    const workflow = items.get(put.item)?.workflow ?? null;
    if (workflow === null) return [];
    const granted = standing.find((grant) => grant.workflow === workflow && covers(history, grant, put));
    if (granted === undefined) return [];
    const what = `${put.item} of ${wayOf(put)} waits under ${granted.grant}`;
    return [{ promise: "what a grant lets start does not wait", run: null, what }];
  });
}

function wayOf({ kind, hook }: ItemPut): string {
  if (hook !== null) return "hook";
  return kind === "start" ? "key" : kind;
}

/** Whether the grant stood whenever the engine may have looked for one, and let start what was put into the inbox then. */
function covers(history: History, grant: StandingGrant, put: ItemPut): boolean {
  const { tenant, workflow, version } = grant;
  if (put.tenant !== tenant || !grant.triggers.includes(wayOf(put))) return false;
  if (put.version !== null && put.version !== version) return false;
  if (grant.from > put.sinceAt || grant.to <= put.askedAt || grant.expiresAt <= put.clock) return false;
  const isSigned = history.models.get(`${tenant}/${modelKey(workflow, version)}`)?.verify === true;
  return put.hook === null || !isSigned || grant.verify;
}
