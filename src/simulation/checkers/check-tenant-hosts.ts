// A tenant's rule for a host holds from its answer on for the calls of that tenant, by the workflows that it names, and holds no other tenant's back.

import type { Broken, Call, History } from "../history.ts";
import type { HostWrite, SaidOfHost } from "../steered-seen.ts";
import { HostCheck } from "./check-hosts.ts";
import { failureOf, runLogs } from "./run-log.ts";

export function checkTenantHosts(history: History): readonly Broken[] {
  const tenants = new Map(history.runs.map(({ run, tenant }) => [run, tenant]));
  const writers = new Set(history.steered.hostWrites.map(({ tenant }) => tenant));
  const held = [...writers].flatMap((tenant) => {
    const calls = history.calls.filter(({ run }) => tenants.get(run) === tenant);
    return checkHeld(history, tenant, calls);
  });
  return [...held, ...checkUntouched(history, writers), ...checkRefused(history)];
}

function checkHeld(history: History, tenant: string, calls: readonly Call[]): readonly Broken[] {
  const writes = history.steered.hostWrites.filter((write) => write.tenant === tenant);
  return writes.flatMap((write, index): readonly Broken[] => {
    // What nobody answered may come to hold at any later moment.
    if (writes.slice(0, index + 1).some(({ done }) => done === null)) return [];
    return checkRule(history, write, calls, writes[index + 1]?.beganOrder ?? Infinity);
  });
}

/** By the process that answered, and by those that began after it. */
function checkRule(
  { lives }: History,
  { host, bounds, beganOrder, done }: HostWrite,
  calls: readonly Call[],
  until: number,
): readonly Broken[] {
  if (bounds === null || done === null) return [];
  const groups = new Map<string, Call[]>();
  for (const call of calls) {
    const { hostname } = new URL(call.url);
    if (hostname !== "services.example" && !host.startsWith("*.")) continue;
    const answered = call.process === done.process;
    if (!answered && (lives.find(({ process }) => process === call.process)?.from ?? 0) <= done.at) continue;
    const key = `${call.process} ${hostname}`;
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()].flatMap((all) => {
    const under = all.filter(({ sentOrder }) => sentOrder > done.order);
    // The rule came to hold between question and answer: which calls its breaker counts is known only when there was none.
    const isSure = all.every(
      ({ sentOrder, ended }) => sentOrder > done.order || (ended !== null && ended.order < beganOrder),
    );
    const judged = isSure ? bounds : { ...bounds, breaker: null };
    const sent = under.filter(({ sentOrder }) => sentOrder < until);
    return [...new HostCheck(judged, under).check(until), ...checkWorkflows(bounds, sent)];
  });
}

function checkWorkflows({ workflows }: SaidOfHost, sent: readonly Call[]): readonly Broken[] {
  return sent
    .filter(({ workflow }) => !isNamed(workflows, workflow))
    .map(({ run, workflow, url }) => ({
      promise: "a host is called only by the workflows that its rule names",
      run,
      what: `${workflow} called ${url}, for ${workflows?.join(" ")}`,
    }));
}

/** By the words of the documentation. */
function isNamed(workflows: SaidOfHost["workflows"], workflow: string): boolean {
  if (workflows === null) return true;
  return workflows.some((name) => {
    const [start = "", ...end] = name.split("*");
    return end.length === 0 ? workflow === start : workflow.startsWith(start);
  });
}

/** A call is refused to a workflow that some rule so far did not name, and nothing of it was sent. */
function checkRefused(history: History): readonly Broken[] {
  return runLogs(history).flatMap(({ run, model, events }) =>
    events.flatMap((event): readonly Broken[] => {
      const failure = failureOf(event) as ReturnType<typeof failureOf> | null | undefined;
      if (failure?.code !== "workflow_host_not_allowed") return [];
      const isRight = history.steered.hostWrites.some(
        ({ tenant, bounds, beganOrder }) =>
          tenant === run.tenant &&
          beganOrder < event.order &&
          !isNamed(bounds?.workflows ?? null, model.name),
      );
      if (isRight && failure.reach === "no") return [];
      const what = `${event.type}: ${model.name}, reach ${failure.reach}`;
      return [{ promise: "a workflow is refused a host only by a rule", run: run.run, what }];
    }),
  );
}

/** Nothing holds back the calls of a tenant without rules where the operator has none. */
function checkUntouched({ hosts, runs }: History, writers: ReadonlySet<string>): readonly Broken[] {
  if (hosts.length > 0) return [];
  return runs
    .filter(({ tenant }) => !writers.has(tenant))
    .flatMap(({ run, events }) =>
      events
        .filter(({ data }) => Number(data["heldMs"] ?? 0) > 0)
        .map(({ data }) => ({
          promise: "a tenant's rule holds nobody else's calls back",
          run,
          what: `${data["heldMs"]} ms`,
        })),
    );
}
