// The filters of the list of runs that are measured: each documented parameter alone, and together with others.

import type { FailureFilter, WaitingFilter } from "../src/ports/overview-store.ts";
import type { RunFilter } from "../src/ports/store.ts";
import { doings } from "../src/run/doing.ts";
import { runStatuses } from "../src/run/status.ts";
import { epoch, failures, labels, workflows } from "./many-runs.ts";

/** What each documented parameter may ask for: many runs, few, none. */
function singlesOf(runs: number) {
  const [middle, now] = [epoch + Math.floor(runs / 2), epoch + runs];
  return {
    workflow: {
      "workflow of most": { workflow: workflows.most },
      "workflow of a seventh": { workflow: workflows.other },
      "workflow of none": { workflow: workflows.none },
    },
    status: {
      ...Object.fromEntries(runStatuses.map((status) => [`status ${status}`, { statuses: [status] }])),
      "three statuses": { statuses: ["failed", "cancelled", "timed_out"] },
    },
    doing: {
      ...Object.fromEntries(doings.map((doing, kind) => [`doing ${doing}`, { doing: 1 << kind }])),
      overdue: { overdueAt: now },
      "doing anything, or overdue": { doing: 63, overdueAt: now },
    },
    label: {
      "label of all": { label: labels.all },
      "label of a thousandth": { label: labels.tenth },
      "label of a few": { label: labels.few },
      "label of half": { label: labels.half },
      "label of those that do not retry": { label: labels.apart },
    },
    fingerprint: {
      "fingerprint of most": { failure: failures.often },
      "fingerprint of a few": { failure: failures.seldom },
      "fingerprint of a seventh": { failure: failures.other },
    },
    time: {
      "from the middle": { createdFrom: middle },
      "to the middle": { createdTo: middle },
      "a second of the middle": { createdFrom: middle, createdTo: middle + 1_000 },
    },
  } as const satisfies Readonly<Record<string, Readonly<Record<string, RunFilter>>>>;
}

/** Every value, every two of different parameters, and of three parameters and more some of each. */
export function* combinations(runs: number): Generator<readonly [name: string, filter: RunFilter]> {
  const singles = singlesOf(runs);
  const groups = Object.values<Readonly<Record<string, RunFilter>>>(singles).map((group) =>
    Object.entries<RunFilter>(group),
  );
  yield ["no filter", {}];
  for (const group of groups) yield* group;
  for (const [index, group] of groups.entries()) {
    for (const [name, filter] of group) {
      for (const [also, more] of groups.slice(index + 1).flat()) {
        yield [`${name}, ${also}`, { ...filter, ...more }];
      }
    }
  }
  const { workflow, status, doing, label, fingerprint, time } = singles;
  const some: readonly (readonly [string, RunFilter])[][] = [
    Object.entries<RunFilter>(workflow).slice(0, 2),
    Object.entries<RunFilter>(status).filter(([name]) => /paused|failed|three/.test(name)),
    Object.entries<RunFilter>(doing).filter(([name]) => /retrying|poll|^overdue/.test(name)),
    Object.entries<RunFilter>(label).filter(([name]) => /all|half|not/.test(name)),
    Object.entries<RunFilter>(fingerprint).slice(0, 2),
    Object.entries<RunFilter>(time).slice(2),
  ];
  for (let chosen = 0; chosen < 1 << some.length; chosen++) {
    const asked = some.filter((_, index) => (chosen & (1 << index)) !== 0);
    if (asked.length >= 3) yield* product(asked);
  }
}

function product(
  groups: readonly (readonly (readonly [string, RunFilter])[])[],
): readonly (readonly [string, RunFilter])[] {
  const [first, ...rest] = groups;
  if (first === undefined) return [["", {}]];
  return first.flatMap(([name, filter]) =>
    product(rest).map(
      ([also, more]) => [also === "" ? name : `${name}, ${also}`, { ...filter, ...more }] as const,
    ),
  );
}

/** The kinds of `GET /api/waits` alone and together, with each of its other parameters. */
export function* waits(runs: number): Generator<readonly [name: string, filter: WaitingFilter]> {
  const { workflow, label, time } = singlesOf(runs);
  const kinds = { signals: 2, events: 4, callbacks: 8, "all kinds": 14 };
  for (const [kind, doing] of Object.entries(kinds)) {
    yield [kind, { doing }];
    for (const [name, more] of Object.entries<object>({ ...workflow, ...label, ...time })) {
      yield [`${kind}, ${name}`, { doing, ...more }];
    }
  }
}

export function* failureFilters(runs: number): Generator<readonly [name: string, filter: FailureFilter]> {
  const { workflow, time } = singlesOf(runs);
  yield ["all", {}];
  yield* Object.entries<FailureFilter>({ ...workflow, ...time });
  for (const [name, of] of Object.entries(workflow)) {
    for (const [when, more] of Object.entries(time)) yield [`${name}, ${when}`, { ...of, ...more }];
  }
}
