// What a fault meets: the features of steps, undos and waits that have begun and not ended, as the durable logs tell, and of what is being written.

import type { AppendUnit, EventBatch } from "../ports/store.ts";
import type { RunEvent } from "../run/event.ts";
import type { TenantId } from "../value/id.ts";
import type { Call } from "./call.ts";
import { openBatchEvents } from "./open-batch-events.ts";
import type { ModelOf } from "./sim-going-again.ts";
import { type Feature, featuresOfRun, featuresOfStep } from "./workload/features.ts";
import { waitsForSandbox } from "./workload/language-model.ts";
import type { StepModel, WorkflowModel } from "./workload/model.ts";
import { outsideOfTrigger, respondFeatures } from "./workload/outside-features.ts";
import { featuresOfRerun } from "./workload/rerun-features.ts";

/** Whom a fault concerns: the runs at these places (`tenant/run`), those of one tenant, or all. */
export type Concerned = readonly string[] | TenantId | null;

interface RunInFlight {
  readonly tenant: TenantId;
  readonly model: WorkflowModel;
  /** What its trigger brought. */
  readonly input: string;
  /** Of the run as a whole. */
  readonly whole: Set<Feature>;
  /** By task that has begun and not ended. */
  readonly open: Map<string, readonly Feature[]>;
  /** Steps that are over, by id. */
  readonly over: Set<string>;
  /** Of whatever has begun. */
  readonly past: Set<Feature>;
  isOpen: boolean;
}

/** One append: its process may die before it hears of it. */
interface Writing {
  readonly isAlive: () => boolean;
  /** By place. */
  readonly features: ReadonlyMap<string, ReadonlySet<Feature>>;
}

const stepEnds: ReadonlySet<string> = new Set([
  "step.succeeded",
  "step.failed",
  "step.cancelled",
  "step.skipped",
  "step.rejected",
  "step.carried",
]);
/** What comes to a step that began before, or has ended. */
const begins: ReadonlySet<string> = new Set([
  "step.started",
  "strategy.started",
  "item.started",
  "sleep.started",
  "wait.started",
  "child.started",
]);
const runEnds: ReadonlySet<string> = new Set([
  "run.completed",
  "run.failed",
  "run.cancelled",
  "run.timed_out",
]);

/** What holds up every run, when it fails. */
const ofAll: ReadonlySet<string> = new Set([
  "claim",
  "claimRun",
  "openLease",
  "renewLease",
  "closeLease",
  "listHeld",
  "listPoked",
  "nextDueAt",
]);

export function placesOf(units: readonly Pick<AppendUnit, "tenant" | "run">[]): readonly string[] {
  return units.map(({ tenant, run }) => `${tenant}/${run}`);
}

/** Whom a failure of the disk concerns: whose events are written, all runs where it holds up all, else none. */
export function concernedBy(name: string, units: readonly Pick<AppendUnit, "tenant" | "run">[]): Concerned {
  return ofAll.has(name) ? null : placesOf(units);
}

export class InFlight {
  readonly #model: ModelOf;
  readonly #runs = new Map<string, RunInFlight>();
  /** Places of runs of which something is in flight. */
  readonly #standing = new Set<string>();
  readonly #writings = new Set<Writing>();
  /** By run. */
  readonly #places = new Map<string, string>();

  constructor(model: ModelOf) {
    this.#model = model;
  }

  /** What a fault of one call meets. */
  featuresOfCall({ run, step: id, undo }: Call): readonly Feature[] {
    const seen = this.#runs.get(this.#places.get(run) ?? "");
    const step = seen?.model.steps.find((one) => one.id === id);
    return seen === undefined || step === undefined ? [] : [...seen.whole, ...ofStep(seen.model, step, undo)];
  }

  /** Begins to be written. Gives what ends that. */
  writing(units: readonly AppendUnit[], isAlive: () => boolean): () => void {
    const features = new Map<string, ReadonlySet<Feature>>();
    for (const { tenant, run, batch } of units) {
      if (batch === null) continue;
      const events = openBatchEvents(batch);
      const { model, whole } = this.#runs.get(`${tenant}/${run}`) ?? this.#born(tenant, events) ?? {};
      if (model === undefined || whole === undefined) continue;
      const found = new Set<Feature>(whole);
      for (const event of events) for (const feature of featuresOfEvent(model, event)) found.add(feature);
      features.set(`${tenant}/${run}`, found);
    }
    const writing = { isAlive, features };
    this.#writings.add(writing);
    return () => this.#writings.delete(writing);
  }

  /** Has become durable. */
  written(tenant: TenantId, run: string, batch: EventBatch): void {
    const events = openBatchEvents(batch);
    const place = `${tenant}/${run}`;
    const seen = this.#runs.get(place) ?? this.#born(tenant, events);
    if (seen === null) return;
    this.#runs.set(place, seen);
    this.#places.set(run, place);
    for (const event of events) follow(seen, event);
    if (seen.isOpen || seen.open.size > 0) this.#standing.add(place);
    else this.#standing.delete(place);
  }

  /** What is in flight now of those whom it concerns. */
  features(concerned: Concerned): ReadonlySet<Feature> {
    const found = new Set<Feature>();
    const add = (more: Iterable<Feature>) => {
      for (const feature of more) found.add(feature);
    };
    const isMeant = (place: string) =>
      concerned === null ||
      (typeof concerned === "string" ? place.startsWith(concerned) : concerned.includes(place));
    for (const place of this.#standing) {
      const seen = this.#runs.get(place);
      if (seen === undefined || !isMeant(place)) continue;
      if (seen.isOpen) add(seen.whole);
      for (const features of seen.open.values()) add(features);
      if (seen.isOpen)
        for (const step of seen.model.steps) if (isComputed(seen, step)) add(ofStep(seen.model, step, false));
    }
    for (const writing of this.#writings) {
      if (!writing.isAlive()) this.#writings.delete(writing);
      for (const [place, features] of writing.features) if (isMeant(place)) add(features);
    }
    return found;
  }

  /** Of whatever has begun in the runs at these places: what goes again from them meets it. */
  past(places: readonly string[]): ReadonlySet<Feature> {
    return new Set(places.flatMap((place) => [...(this.#runs.get(place)?.past ?? [])]));
  }

  #born(tenant: TenantId, events: readonly RunEvent[]): RunInFlight | null {
    const [first] = events;
    if (first?.type !== "run.created") return null;
    const model = this.#model(tenant, first.workflow, first.version);
    if (model === undefined) return null;
    const { type, body } = first.trigger;
    const input = JSON.stringify(body);
    const before = this.#runs.get(`${tenant}/${first.rerunOf}`);
    const again = before === undefined ? [] : rerunFeatures(before, { model, input }, events);
    const whole = new Set([...featuresOfRun(model), ...outsideOfTrigger(model, type), ...again]);
    return {
      tenant,
      model,
      input,
      whole,
      open: new Map(),
      over: new Set(),
      past: new Set(whole),
      isOpen: true,
    };
  }
}

function rerunFeatures(
  before: RunInFlight,
  { model, input }: Pick<RunInFlight, "model" | "input">,
  events: readonly RunEvent[],
): readonly Feature[] {
  const whole = new Set(events.flatMap((event) => (event.type === "step.carried" ? event.step : [])));
  return featuresOfRerun({
    version: model.version !== before.model.version,
    input: input !== before.input,
    inPart: events.some((event) => event.type === "item.carried" && !whole.has(event.step)),
  });
}

function follow(seen: RunInFlight, event: RunEvent): void {
  const { type } = event;
  if (runEnds.has(type)) seen.isOpen = false;
  if (type === "run.responded") for (const feature of respondFeatures) seen.whole.delete(feature);
  if (!("step" in event) || event.step === undefined) return;
  const features = featuresOfEvent(seen.model, event);
  for (const feature of features) seen.past.add(feature);
  const step = seen.model.steps[event.step];
  if (step === undefined) return;
  if (type.startsWith("compensation.")) {
    const task = `undo ${step.id} ${"item" in event ? event.item : ""}`;
    if (type === "compensation.succeeded" || type === "compensation.failed") seen.open.delete(task);
    else seen.open.set(task, features);
  } else if (stepEnds.has(type)) {
    seen.open.delete(step.id);
    seen.over.add(step.id);
  } else if (begins.has(type) && !seen.over.has(step.id)) seen.open.set(step.id, features);
}

/** Nothing but the sandbox keeps it from beginning: that is asked before anything is written. */
function isComputed({ open, over }: RunInFlight, step: StepModel): boolean {
  if (!waitsForSandbox(step) || open.has(step.id) || over.has(step.id)) return false;
  return step.join === "any" ? step.after.some((id) => over.has(id)) : step.after.every((id) => over.has(id));
}

function featuresOfEvent(model: WorkflowModel, event: RunEvent): readonly Feature[] {
  const step = "step" in event && event.step !== undefined ? model.steps[event.step] : undefined;
  return step === undefined ? [] : ofStep(model, step, event.type.startsWith("compensation."));
}

/** By task. Asked of each event, and a model never changes. */
const known = new WeakMap<WorkflowModel, Map<string, readonly Feature[]>>();

function ofStep(model: WorkflowModel, step: StepModel, undo: boolean): readonly Feature[] {
  const tasks = known.get(model) ?? new Map<string, readonly Feature[]>();
  known.set(model, tasks);
  const task = `${step.id} ${undo}`;
  const features = tasks.get(task) ?? featuresOfStep(model, step, undo);
  tasks.set(task, features);
  return features;
}
