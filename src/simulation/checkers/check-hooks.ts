// Hooks: what comes by one is neither lost nor run twice, and what is not signed starts nothing.

import type { HookSent } from "../grants-seen.ts";
import type { Broken, DurableRun, History } from "../history.ts";

/** What an item or a sending may be refused for, besides its signature. */
const otherwise = "concurrency_limit";

type Say = (promise: string, what: string) => void;

export function checkHooks(history: History): readonly Broken[] {
  const { hooked, hooksMade, hooks } = history.granted;
  const broken: Broken[] = [];
  const runs = Map.groupBy(history.runs.filter(isStarted), (run) => `${run.tenant}/${orderOf(run)}`);
  const made = new Map(hooksMade.map((hook) => [hook.hook, hook]));
  const items = new Map(history.items.map((item) => [item.item, item]));
  for (const sent of hooked) {
    const own = runs.get(`${sent.tenant}/${sent.order}`) ?? [];
    const say: Say = (promise, what) =>
      broken.push({ promise, run: own[0]?.run ?? null, what: `${sent.order}: ${what}` });
    if (own.length > 1) say("what comes by a hook starts one run", `${own.length} runs`);
    checkSignature(sent, own, say);
    const revoked = made.get(sent.hook);
    if (own.length > 0 && (revoked?.revokedOrder ?? sent.beganOrder) < sent.beganOrder)
      say("a revoked hook takes nothing", "a run was started");
    for (const { type, what, order } of sent.told) {
      if (type === "refused") {
        const asked = revoked?.revokeAskedOrder ?? null;
        const isRevoked = what === "hook_unknown" && asked !== null && asked < order;
        if (!isRevoked && !mayBeRefused(history, sent, what))
          say("a hook refuses only what it must", `it was refused with ${what}`);
      }
      const item = type === "item" ? items.get(what) : undefined;
      if (
        item?.state === "expired" ||
        (item?.state === "rejected" && !mayBeRefused(history, sent, item.reason))
      )
        say("what waits of a hook is not lost", `${what} is ${item.state}: ${item.reason}`);
    }
    const wasTaken = sent.told.some(({ type }) => type === "item");
    const isSettled = sent.told.every(
      ({ type, what }) => type !== "item" || items.get(what)?.state === "started",
    );
    if (wasTaken && isSettled && own.length === 0) say("what waits of a hook is not lost", "it has no run");
  }
  const stored = new Map(hooks.map((hook) => [hook.hook, hook]));
  for (const { hook, revokedOrder } of hooksMade) {
    const row = stored.get(hook);
    if (row === undefined || (revokedOrder !== null && !row.revoked))
      broken.push({ promise: "what was acknowledged of a hook holds", run: null, what: hook });
  }
  return broken;
}

function checkSignature(sent: HookSent, runs: readonly DurableRun[], say: Say): void {
  if (!sent.verify || sent.signed) return;
  if (runs.length > 0) say("what is not signed starts nothing", "it was started");
  if (sent.told.some(({ type }) => type === "run")) say("what is not signed starts nothing", "it was taken");
}

function mayBeRefused({ models }: History, sent: HookSent, code: string | null): boolean {
  if (code === "signature_invalid") return sent.verify && !sent.signed;
  if (code !== otherwise) return false;
  return [...models.values()].some(
    ({ name, concurrency }) => name === sent.workflow && concurrency?.onLimit === "reject",
  );
}

/** At the top, and not one that goes again. */
function isStarted({ events }: DurableRun): boolean {
  const created = events[0]?.data ?? {};
  return !("parent" in created || "rerunOf" in created);
}

function orderOf({ events }: DurableRun): string {
  const trigger = events[0]?.data["trigger"] as { readonly body?: { readonly order?: string } } | undefined;
  return trigger?.body?.order ?? "";
}
