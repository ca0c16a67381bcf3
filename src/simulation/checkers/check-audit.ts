// The audit log tells of each write once, of nothing else, and of runs that the engine opened before it went on with them.

import type { AuditSeen, Broken, History } from "../history.ts";
import { rootOf, runLogs } from "./run-log.ts";

export function checkAudit(history: History): readonly Broken[] {
  return [
    ...checkNumbers(history),
    ...checkWorkflows(history),
    ...checkSecrets(history),
    ...checkOpenings(history),
    ...checkDoors(history),
  ];
}

const broken = (what: string, run: string | null = null): Broken => ({
  promise: "the audit log tells of everything once",
  run,
  what,
});

function checkNumbers({ audit }: History): readonly Broken[] {
  const last = new Map<string, number>();
  const ids = new Set<string>();
  return audit.flatMap(({ tenant, seq, id }): readonly Broken[] => {
    const expected = (last.get(tenant) ?? 0) + 1;
    last.set(tenant, seq);
    const repeated = ids.has(id);
    ids.add(id);
    if (seq !== expected) return [broken(`${tenant}: entry ${seq} stands where ${expected} belongs`)];
    return repeated ? [broken(`${tenant}: entry ${seq} is there twice`)] : [];
  });
}

/** How often each of these is told of. */
function counts(entries: readonly AuditSeen[], nameOf: (entry: AuditSeen) => string): Map<string, number> {
  const found = new Map<string, number>();
  for (const entry of entries) found.set(nameOf(entry), (found.get(nameOf(entry)) ?? 0) + 1);
  return found;
}

/** What is stored and what was acknowledged has one entry, and no entry is of anything else. */
function checkWorkflows({ audit, answers, stored }: History): readonly Broken[] {
  const puts = audit.filter(({ action }) => action === "workflow.put");
  const told = counts(
    puts,
    ({ tenant, texts, fields }) => `${tenant}/${texts["workflow"]}@${fields["version"]}`,
  );
  const there = new Set(
    stored.definitions.map(({ tenant, name, version }) => `${tenant}/${name}@${version}`),
  );
  const acknowledged = answers.flatMap((answer) =>
    answer.type === "put" ? [`${answer.tenant}/${answer.workflow}@${answer.version}`] : [],
  );
  return [...new Set([...there, ...acknowledged, ...told.keys()])].flatMap((name): readonly Broken[] => {
    const count = told.get(name) ?? 0;
    if (count === 1 && there.has(name)) return [];
    return [
      broken(`the put of ${name} is told ${count} times, and is ${there.has(name) ? "" : "not "}stored`),
    ];
  });
}

/** Versions rise by one with each write: each has one entry, and none is beyond the last. */
function checkSecrets({ audit, stored, secretWrites }: History): readonly Broken[] {
  const writes = audit.filter(({ action }) => action === "secret.put" || action === "secret.deleted");
  const nameOf = ({ tenant, texts, fields }: AuditSeen) =>
    `${tenant}/${texts["secret"]}@${fields["version"]}`;
  const told = counts(writes, nameOf);
  const expected = stored.secrets.flatMap(({ tenant, name, version }) =>
    Array.from({ length: version }, (_, index) => `${tenant}/${name}@${index + 1}`),
  );
  const puts = new Set(writes.filter(({ action }) => action === "secret.put").map(nameOf));
  const lost = secretWrites.flatMap(({ tenant, name, version }): readonly Broken[] => {
    const written = `${tenant}/${name}@${version}`;
    return version === null || puts.has(written) ? [] : [broken(`the put of ${written} is not told`)];
  });
  const others = [...new Set([...expected, ...told.keys()])].flatMap((name): readonly Broken[] => {
    const count = told.get(name) ?? 0;
    if (count === 1 && expected.includes(name)) return [];
    return [
      broken(`version ${name} is told ${count} times, and is ${expected.includes(name) ? "" : "not "}stored`),
    ];
  });
  return [...lost, ...others];
}

/**
 * A process in which nobody of the tenant had signed in wrote a run that another process had begun: it opened the run at
 * the top by itself, and that was told before. No process tells of a run twice.
 */
function checkOpenings(history: History): readonly Broken[] {
  const entries = history.audit.filter(({ action }) => action === "run.opened_by_engine");
  const told = new Map<string, number>();
  const found: Broken[] = [];
  for (const { fields, process, order } of entries) {
    for (const run of fields["runs"] as readonly string[]) {
      const key = `${run} ${process}`;
      if (told.has(key)) found.push(broken(`process ${process} tells twice that it opened the run`, run));
      told.set(key, order);
    }
  }
  const roots = new Map(runLogs(history).map(({ run }) => [run.run, rootOf(run)]));
  const bornIn = new Map<string, number>();
  for (const { run, process } of history.writes) if (!bornIn.has(run)) bornIn.set(run, process);
  for (const { run, tenant, process, at, order } of history.writes) {
    const root = roots.get(run) ?? run;
    const life = history.lives[process];
    const wasOpen = life?.opened.some((span) => span.tenant === tenant && span.from <= at) ?? true;
    if (wasOpen || bornIn.get(root) === process) continue;
    const toldAt = told.get(`${root} ${process}`) ?? Number.POSITIVE_INFINITY;
    if (toldAt < order) continue;
    found.push(broken(`process ${process} went on with the run, and had not told that it opened it`, root));
  }
  return found;
}

/** A grant's entry stands before the grant: there may be one too many. */
function checkDoors({ audit, granted }: History): readonly Broken[] {
  const told = (action: string, field: string, id: string) =>
    audit.filter((entry) => entry.action === action && entry.fields[field] === id).length;
  const hooks = granted.hooks.flatMap(({ hook, revoked }): readonly Broken[] => {
    const [made, ended] = [told("hook.made", "hook", hook), told("hook.revoked", "hook", hook)];
    if (made === 1 && ended === (revoked ? 1 : 0)) return [];
    return [broken(`${hook} is told ${made} times, and its revocation ${ended} times`)];
  });
  const grants = granted.grants.flatMap(({ grant, end }): readonly Broken[] => {
    const [made, ended] = [told("grant.made", "grant", grant), told("grant.revoked", "grant", grant)];
    if (made > 0 && ended === (end === "revoked" ? 1 : 0)) return [];
    return [broken(`${grant} is told ${made} times, and its revocation ${ended} times`)];
  });
  return [...hooks, ...grants];
}
