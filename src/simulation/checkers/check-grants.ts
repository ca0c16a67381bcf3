// Standing grants: while nobody is signed in nothing starts without one, and what starts by one keeps within it.

import { type Broken, type History, modelKey } from "../history.ts";
import { allowsHost } from "./allows-host.ts";
import { type RunLog, rootOf, runLogs } from "./run-log.ts";
import { type StandingGrant, standingGrants } from "./standing-grants.ts";

/** From what lets a run start until the run is durable, on a disk that is slow, down, and tried again later and later. */
const appendMaxMs = 25_000;
const never = Number.POSITIVE_INFINITY;

type Say = (promise: string, run: string | null, what: string) => void;

export function checkGrants(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const say: Say = (promise, run, what) => broken.push({ promise, run, what });
  const standing = standingGrants(history);
  const bornIn = new Map<string, number>();
  for (const { run, process } of history.writes) if (!bornIn.has(run)) bornIn.set(run, process);
  const hosts = new Map<string, readonly string[]>();
  const logs = runLogs(history);
  for (const log of logs) {
    const { run, events } = log;
    const created = events[0]?.data ?? {};
    if (rootOf(run) !== run.run || "rerunOf" in created) continue;
    const own = standing.filter((grant) => covers(history, grant, log));
    if ("hosts" in created || wasLocked(history, log, bornIn.get(run.run))) {
      const [first] = own;
      const told = created["hosts"] as readonly string[] | undefined;
      if (first === undefined)
        say("nothing starts beyond a grant while nobody is signed in", run.run, wayOf(history, log));
      else
        hosts.set(
          run.run,
          own.flatMap((grant) => grant.hosts),
        );
      if (told === undefined) say("a run that a grant lets start keeps its hosts", run.run, "it has none");
    }
  }
  const roots = new Map(logs.map(({ run }) => [run.run, rootOf(run)]));
  for (const { run, url } of history.calls) {
    const allowed = hosts.get(roots.get(run) ?? run);
    if (allowed !== undefined && !allowsHost(allowed, url))
      say("a granted run calls only what its grant says", run, `${url} is not of ${allowed.join(" ")}`);
  }
  for (const log of logs) {
    const allowed = hosts.get(rootOf(log.run));
    if (isOfRerun(history, log)) continue;
    for (const host of log.events.flatMap(({ data }) => refusedHost(data["failure"]))) {
      if (allowed === undefined || allowsHost(allowed, `https://${host}/`))
        say("a host is refused only beyond a grant", log.run.run, host);
    }
  }
  checkMade(history, say);
  return broken;
}

/** The host that a grant did not name, of a call or of where an answer sent it on to. */
function refusedHost(failure: unknown): readonly string[] {
  const { code, message } = (failure ?? {}) as { readonly code?: string; readonly message?: string };
  if (code !== "host_not_granted") return [];
  return [/does not name (\S+)$/.exec(message ?? "")?.[1] ?? "?"];
}

function isOfRerun(history: History, log: RunLog): boolean {
  const root = history.runs.find(({ run }) => run === rootOf(log.run));
  return "rerunOf" in (root?.events[0]?.data ?? {});
}

/** Whether the run may have been let start by it. */
function covers(history: History, grant: StandingGrant, log: RunLog): boolean {
  const { run, model, events } = log;
  const [born] = events;
  if (born === undefined || grant.tenant !== run.tenant) return false;
  if (modelKey(grant.workflow, grant.version) !== modelKey(model.name, model.version)) return false;
  if (!grant.triggers.includes(wayOf(history, log))) return false;
  const told = born.data["hosts"];
  if (told !== undefined && JSON.stringify(told) !== JSON.stringify(grant.hosts)) return false;
  const isOver = born.at > grant.expiresAt + appendMaxMs + history.jumpedMs;
  return !isOver && born.durableAt >= grant.from && born.durableAt <= grant.to + appendMaxMs;
}

function wayOf(history: History, { run, events, input }: RunLog): string {
  const trigger = events[0]?.data["trigger"] as { readonly type: string } | undefined;
  if (trigger?.type !== "http") return trigger?.type ?? "";
  const isHooked = history.granted.hooked.some(
    ({ tenant, order }) => tenant === run.tenant && order === input["order"],
  );
  return isHooked ? "hook" : "key";
}

/** The process that began it knew the tenant's keys at no time shortly before. */
function wasLocked(history: History, { run, events }: RunLog, process: number | undefined): boolean {
  const at = events[0]?.durableAt ?? 0;
  const opened = history.lives[process ?? -1]?.opened ?? [];
  return !opened.some(
    ({ tenant, from, to }) => tenant === run.tenant && from <= at && (to ?? never) >= at - appendMaxMs,
  );
}

/** What was acknowledged stands as it was asked for, and what ended has ended. */
function checkMade({ granted, stored }: History, say: Say): void {
  for (const { tenant, grant, workflow, version, end } of granted.grants) {
    const isHigher = stored.definitions.some(
      (one) => one.tenant === tenant && one.name === workflow && one.version > version,
    );
    if (isHigher && end === null) say("a higher version ends a grant", null, grant);
  }
  const rows = new Map(granted.grants.map((grant) => [grant.grant, grant]));
  for (const made of granted.grantsMade) {
    const row = rows.get(made.grant);
    const { triggers, hosts, verify, expiresAt } = made;
    const asked = JSON.stringify({ triggers, hosts, verify, expiresAt });
    const { triggers: ways, hosts: kept, verify: verified, expiresAt: until } = row ?? made;
    const stored = JSON.stringify({ triggers: ways, hosts: kept, verify: verified, expiresAt: until });
    if (row === undefined || asked !== stored)
      say("a grant says what was asked for", null, `${made.grant}: ${asked}`);
    if (made.revokedAt !== null && row?.end === null) say("what is revoked has ended", null, made.grant);
  }
}
