// What active runs may need while nobody is signed in, and when: through the names of their workflows.

import { type History, modelKey } from "../history.ts";
import type { WorkflowModel } from "../workload/model.ts";
import { hookSecret } from "../workload/outside-model.ts";
import { activeSpans, type Need } from "./active-spans.ts";
import { keptRoots } from "./kept-roots.ts";
import { type RunLog, rootOf, runLogs } from "./run-log.ts";

export interface NeededLive {
  readonly runs: ReadonlyMap<string, RunLog>;
  /** When ended runs at the top are needed, too, by their ids. */
  readonly kept: ReadonlyMap<string, readonly Need[]>;
  /** By `tenant/kind/name`. */
  readonly may: ReadonlyMap<string, readonly Need[]>;
  /** What they surely need, in the version that they take: it must be live from the first moment on. */
  readonly must: ReadonlyMap<string, readonly Need[]>;
  /** What runs may come to need that were never stored. */
  readonly possible: ReadonlySet<string>;
}

/** The disk is looked at this often. */
const lookMs = 250;
const neverStartedAlone = /^(?:kin|leaf|chain)-/;

export function neededLive(history: History): NeededLive {
  const runs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const may = new Map<string, Need[]>();
  const must = new Map<string, Need[]>();
  const putAt = putTimes(history);
  const kept = keptRoots(runs);
  for (const log of runs.values()) {
    if (log.attended || rootOf(log.run) !== log.run.run) continue;
    const { tenant } = log.run;
    const keptFor = kept.get(log.run.run) ?? [];
    const needs = [...activeSpans(log), ...keptFor];
    for (const model of keptFor.length === 0 ? [] : treeOf(log, runs)) {
      for (const name of allNames(history, tenant, model)) add(may, `${tenant}/${name}`, keptFor);
      for (const name of ownNames(model)) add(must, `${tenant}/${name}`, keptFor);
    }
    for (const name of allNames(history, tenant, log.model)) add(may, `${tenant}/${name}`, needs);
    for (const { model, from } of takenBy(history, tenant, log.model, putAt)) {
      const later = needs.map((need) => ({ ...need, from: Math.max(need.from, from) }));
      for (const name of ownNames(model)) add(must, `${tenant}/${name}`, later);
    }
  }
  addGranted(history, putAt, may, must);
  const possible = new Set<string>();
  for (const [key, model] of history.models) {
    if (model.mode === "attended" || neverStartedAlone.test(model.name)) continue;
    const tenant = key.split("/")[0] ?? "";
    for (const name of allNames(history, tenant, model)) possible.add(`${tenant}/${name}`);
  }
  // A grant may have been made and ended between two looks; or it opened the secret, and its node died before it was stored.
  for (const tenant of history.granted.verifyAsked) possible.add(`${tenant}/secret/${hookSecret}`);
  return { runs, kept, may, must, possible };
}

/** What the runs in a tree are runs of, whatever the highest versions are. */
function treeOf({ run }: RunLog, runs: ReadonlyMap<string, RunLog>): ReadonlySet<WorkflowModel> {
  return new Set([...runs.values()].flatMap((log) => (rootOf(log.run) === run.run ? log.model : [])));
}

/** Also what only a signature or an event needs; that is not there from the first moment on. */
function addGranted(
  history: History,
  putAt: ReadonlyMap<string, number>,
  may: Map<string, Need[]>,
  must: Map<string, Need[]>,
): void {
  const grants = new Map(history.granted.grants.map((grant) => [grant.grant, grant]));
  for (const { kind, name, live, from, to } of history.liveSpans) {
    const grant = kind === "grant" && live ? grants.get(name) : undefined;
    if (grant === undefined) continue;
    const { tenant, workflow, version, verify } = grant;
    const model = history.models.get(`${tenant}/${modelKey(workflow, version)}`);
    if (model === undefined) continue;
    const need = { from, to: to ?? never };
    const outside = [`secret/${hookSecret}`, ...(model.event === null ? [] : [`event/${model.event.event}`])];
    for (const one of [...allNames(history, tenant, model), ...outside]) add(may, `${tenant}/${one}`, [need]);
    if (verify) add(must, `${tenant}/secret/${hookSecret}`, [{ from, to: need.to - lookMs }]);
    for (const { model: taken, from: putFrom } of takenBy(history, tenant, model, putAt)) {
      const later = [{ from: Math.max(from, putFrom), to: need.to - lookMs }];
      for (const one of ownNames(taken)) {
        // An event is for what runs wait for.
        if (!one.startsWith("event/")) add(must, `${tenant}/${one}`, later);
      }
    }
  }
}

function add(to: Map<string, Need[]>, name: string, needs: readonly Need[]): void {
  to.set(name, [...(to.get(name) ?? []), ...needs]);
}

const never = Number.POSITIVE_INFINITY;

/** As `kind/name`. */
function ownNames({ name, version, steps }: WorkflowModel): ReadonlySet<string> {
  // Rules for hosts are for every call.
  const names = new Set([`definition/${modelKey(name, version)}`, "secret/host rules"]);
  for (const { secret, wait } of steps) {
    if (secret !== null) names.add(`secret/${secret}`);
    if (wait?.for.type === "event") names.add(`event/${wait.for.event}`);
  }
  return names;
}

/** With those of every version of the workflows that it starts, and so on. */
function allNames(history: History, tenant: string, root: WorkflowModel): ReadonlySet<string> {
  const names = new Set<string>();
  const models = new Set([root]);
  // What is added while the set is walked is walked, too.
  for (const model of models) {
    for (const name of ownNames(model)) names.add(name);
    for (const { child } of model.steps) {
      for (const [key, other] of history.models) {
        if (key.startsWith(`${tenant}/`) && other.name === child) models.add(other);
      }
    }
  }
  return names;
}

/** When the put of a workflow was acknowledged, by `tenant/name@version`. */
function putTimes(history: History): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const answer of history.answers) {
    if (answer.type !== "put") continue;
    const key = `${answer.tenant}/${modelKey(answer.workflow, answer.version)}`;
    times.set(key, Math.min(times.get(key) ?? never, answer.at));
  }
  return times;
}

interface Taken {
  readonly model: WorkflowModel;
  readonly from: number;
}

/** The definition of a run, and the highest versions of those that it may start, once they were put. */
function takenBy(
  history: History,
  tenant: string,
  root: WorkflowModel,
  putAt: ReadonlyMap<string, number>,
): Iterable<Taken> {
  const taken = new Map<WorkflowModel, Taken>([[root, { model: root, from: 0 }]]);
  // What is added while the map is walked is walked, too.
  for (const { model, from } of taken.values()) {
    for (const { child } of model.steps) {
      if (child === null) continue;
      const versions = [...history.models.values()].filter(({ name }) => name === child);
      const version = Math.max(...versions.map((one) => one.version));
      const key = `${tenant}/${modelKey(child, version)}`;
      const highest = history.models.get(key);
      const at = putAt.get(key);
      if (highest === undefined || at === undefined || taken.has(highest)) continue;
      taken.set(highest, { model: highest, from: Math.max(from, at) });
    }
  }
  return taken.values();
}
