// The order of the steps: who comes after whom, cycles, and who is an ancestor of whom.

import { placeOf } from "../document/place-of.ts";
import { addProblem, type Report } from "../document/report.ts";
import type { StepRead } from "../fields/step-fields.ts";
import { didYouMean } from "../shape/closest-name.ts";
import type { MapEntry } from "../shape/map-shape.ts";

export interface StepGraph {
  readonly ids: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  /** For each step those that it comes after directly. */
  readonly parents: readonly (readonly number[])[];
  /** For each step one bit a step: those that it comes after directly or through others. Null within or behind a cycle. */
  readonly ancestors: readonly (Uint32Array | null)[];
}

/** The graph of `steps`. Reports ids that do not exist, steps after themselves, and cycles. */
export function readStepGraph(
  steps: readonly MapEntry<StepRead>[],
  allIds: readonly string[],
  report: Report,
): StepGraph {
  const ids = steps.map((step) => step.name);
  const numbers = new Map(ids.map((id, number) => [id, number]));
  const parents = steps.map((step) => readParents(step, numbers, allIds, report));
  const order = orderOf(parents);
  if (order.length < ids.length) reportCycles(steps, ids, parents, new Set(order), report);
  return { ids, numbers, parents, ancestors: ancestorsOf(parents, order) };
}

export function isAncestor(graph: StepGraph, ancestor: number, of: number): boolean {
  const bits = graph.ancestors[of];
  return bits == null || (((bits[ancestor >> 5] as number) >> (ancestor & 31)) & 1) === 1;
}

function readParents(
  step: MapEntry<StepRead>,
  numbers: ReadonlyMap<string, number>,
  allIds: readonly string[],
  report: Report,
): readonly number[] {
  const parents: number[] = [];
  for (const { value: id, node } of step.value.values.after ?? []) {
    const number = numbers.get(id);
    if (id === step.name) {
      addProblem(report, "self_reference", placeOf(node), `\`${id}\` cannot come after itself`, "remove it");
    } else if (number !== undefined) {
      parents.push(number);
    } else if (!allIds.includes(id)) {
      addProblem(
        report,
        "unknown_step",
        placeOf(node),
        `no step has the id \`${id}\``,
        didYouMean(id, allIds),
      );
    }
  }
  return parents;
}

/** Steps in an order in which each comes after its parents; those in or behind a cycle are left out. */
function orderOf(parents: readonly (readonly number[])[]): readonly number[] {
  const open = parents.map((list) => list.length);
  const dependents = dependentsOf(parents);
  const order = open.flatMap((count, number) => (count === 0 ? [number] : []));
  for (let index = 0; index < order.length; index++) {
    for (const dependent of dependents[order[index] as number] as readonly number[]) {
      open[dependent] = (open[dependent] as number) - 1;
      if (open[dependent] === 0) order.push(dependent);
    }
  }
  return order;
}

/** For each step those that name it in `after`. */
export function dependentsOf(parents: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const dependents: number[][] = parents.map(() => []);
  parents.forEach((list, number) => {
    for (const parent of list) (dependents[parent] as number[]).push(number);
  });
  return dependents;
}

function ancestorsOf(
  parents: readonly (readonly number[])[],
  order: readonly number[],
): readonly (Uint32Array | null)[] {
  const ancestors: (Uint32Array | null)[] = parents.map(() => null);
  for (const number of order) {
    const bits = new Uint32Array(Math.ceil(parents.length / 32));
    for (const parent of parents[number] as readonly number[]) {
      const above = ancestors[parent] as Uint32Array;
      for (let word = 0; word < bits.length; word++)
        bits[word] = (bits[word] as number) | (above[word] as number);
      bits[parent >> 5] = (bits[parent >> 5] as number) | (1 << (parent & 31));
    }
    ancestors[number] = bits;
  }
  return ancestors;
}

/** Each cycle once, at the entry of `after` that closes it. A step belongs to at most one of those reported. */
function reportCycles(
  steps: readonly MapEntry<StepRead>[],
  ids: readonly string[],
  parents: readonly (readonly number[])[],
  ordered: ReadonlySet<number>,
  report: Report,
): void {
  const done = new Set(ordered);
  for (let start = 0; start < ids.length; start++) {
    const walked: number[] = [];
    for (
      let at: number | undefined = start;
      at !== undefined && !done.has(at);
      at = (parents[at] as readonly number[]).find((parent) => !done.has(parent))
    ) {
      const first = walked.indexOf(at);
      if (first >= 0) {
        reportCycle(steps, ids, walked.slice(first), report);
        break;
      }
      walked.push(at);
    }
    for (const number of walked) done.add(number);
  }
}

function reportCycle(
  steps: readonly MapEntry<StepRead>[],
  ids: readonly string[],
  cycle: readonly number[],
  report: Report,
): void {
  // Told from the first step of the document that is in it: each comes after the next.
  const first = cycle.indexOf(Math.min(...cycle));
  const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
  const shown = [...turned, turned[0] as number].map((number) => `\`${ids[number]}\``).join(" after ");
  const [step, next] = [turned[0] as number, turned[1 % turned.length] as number];
  const entry = steps[step]?.value.values.after?.find((each) => each.value === ids[next]);
  if (entry === undefined) return;
  addProblem(
    report,
    "cycle",
    placeOf(entry.node),
    `steps wait for each other: ${shown}`,
    "remove one of these from `after`",
  );
}
