// One run as the checkers look at it: its log, its calls on the wire and what callers heard, side by side.

import type { Answer, Broken, Call, DurableEvent, DurableRun, History } from "../history.ts";
import { modelKey } from "../history.ts";
import type { StepModel, WorkflowModel } from "../workload/model.ts";
import { type StepStory, storiesOf } from "./step-story.ts";

export interface TriggerBody {
  readonly order: string;
  readonly n: number;
  readonly [flag: string]: unknown;
}

export interface RunCase {
  readonly history: History;
  readonly run: DurableRun;
  readonly model: WorkflowModel;
  readonly body: TriggerBody;
  readonly traceId: string;
  readonly startedAt: number;
  /** By step id. */
  readonly stories: ReadonlyMap<string, StepStory>;
  readonly calls: readonly Call[];
  readonly answers: readonly Answer[];
  /** `run.ending`, or null. */
  readonly ending: DurableEvent | null;
  /** The terminal event, or null. */
  readonly end: DurableEvent | null;
}

export const terminalTypes: ReadonlySet<string> = new Set([
  "run.completed",
  "run.failed",
  "run.cancelled",
  "run.timed_out",
]);

export interface CaseList {
  readonly cases: readonly RunCase[];
  readonly broken: readonly Broken[];
}

/** A run that cannot even be looked at breaks a promise by that. */
export function casesOf(history: History): CaseList {
  const calls = groupBy(history.calls, (call) => call.run);
  const answers = groupBy(
    history.answers.filter((answer) => "run" in answer),
    (answer) => (answer as { readonly run: string }).run,
  );
  const cases: RunCase[] = [];
  const broken: Broken[] = [];
  for (const run of history.runs) {
    const created = run.events[0];
    const model = created === undefined ? undefined : modelOf(history, run.tenant, created);
    if (created === undefined || model === undefined) {
      broken.push({ promise: "log", run: run.run, what: "the log does not begin with a known workflow" });
      continue;
    }
    const trigger = created.data["trigger"] as { readonly body: TriggerBody };
    cases.push({
      history,
      run,
      model,
      body: trigger.body,
      traceId: String(created.data["traceId"]),
      startedAt: run.events.find((event) => event.type === "run.started")?.at ?? created.at,
      stories: storiesOf(model, run.events),
      calls: calls.get(run.run) ?? [],
      answers: answers.get(run.run) ?? [],
      ending: run.events.find((event) => event.type === "run.ending") ?? null,
      end: run.events.find((event) => terminalTypes.has(event.type)) ?? null,
    });
  }
  return { cases, broken };
}

function modelOf(history: History, tenant: string, created: DurableEvent): WorkflowModel | undefined {
  if (created.type !== "run.created") return undefined;
  const key = modelKey(String(created.data["workflow"]), Number(created.data["version"]));
  return history.models.get(`${tenant}/${key}`);
}

export function storyOf(run: RunCase, step: StepModel): StepStory {
  return run.stories.get(step.id) as StepStory;
}

/** Calls of one step, or of its compensation, in the order of sending. */
export function callsOf(run: RunCase, step: StepModel, undo: boolean): readonly Call[] {
  return run.calls.filter((call) => call.step === step.id && call.undo === undo);
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
