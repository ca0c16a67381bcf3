// The stored log folds to what the engine showed and stored: replay equals what it lived through.

import type { RunEvent } from "../run/event.ts";
import { evolve } from "../run/evolve.ts";
import { statusOf } from "../run/run-status.ts";
import type { RunState } from "../run/state.ts";
import type { MemoryTables } from "../store/memory/memory-tables.ts";
import { withBodiesOf } from "./bodies-apart.ts";
import { Explained } from "./check-explained.ts";
import type { Broken, History, Viewed } from "./history.ts";
import { openBatchEvents } from "./open-batch-events.ts";

export function checkReplay(history: History, tables: MemoryTables): readonly Broken[] {
  const views = new Map<string, Viewed[]>();
  for (const answer of history.answers) {
    if (answer.type !== "view") continue;
    views.set(answer.run, [...(views.get(answer.run) ?? []), answer.view]);
  }
  const explained = new Explained(history);
  return [...tables.runs.values()].flatMap((stored): readonly Broken[] => {
    const events = stored.batches.slice(0, stored.batchCount).flatMap(openBatchEvents);
    const broken: Broken[] = [];
    const states = statesOf(withBodiesOf(stored, events));
    const state = states.at(-1);
    const status = state === undefined ? null : statusOf(state);
    if (status !== stored.head.status || state?.seq !== stored.lastSeq) {
      const what = `the row says ${stored.head.status}, the log folds to ${status}`;
      broken.push({ promise: "replay equals the stored state", run: stored.run, what });
    }
    for (const view of views.get(stored.run) ?? []) {
      const what = difference(view, states[view.seq - 1]);
      if (what !== null) broken.push({ promise: "replay equals what was shown", run: stored.run, what });
    }
    return [...broken, ...explained.check(stored.run, states)];
  });
}

/** The state after each event. */
function statesOf(events: readonly RunEvent[]): readonly RunState[] {
  const states: RunState[] = [];
  for (const event of events) states.push(evolve(states.at(-1) ?? null, event));
  return states;
}

function difference(view: Viewed, state: RunState | undefined): string | null {
  if (state === undefined) return `seq ${view.seq} was shown and is not in the log`;
  const shown = [view.status, view.output, view.compensation, view.steps.map(stepText)];
  const steps = state.steps.map(({ status, attempt, endedAt }) =>
    stepText({ status, attempts: attempt, endedAt }),
  );
  const folded = [statusOf(state), state.result?.output, state.compensation, steps];
  const [one, other] = [JSON.stringify(shown), JSON.stringify(folded)];
  return one === other ? null : `seq ${view.seq}: shown ${one}, folds to ${other}`;
}

function stepText(step: {
  readonly status: string;
  readonly attempts: number;
  readonly endedAt: number | null;
}): string {
  return `${step.status} ${step.attempts} ${step.endedAt}`;
}
