// The verdict on a run, with the cause followed through child runs to the deepest.

import { nothingUndone } from "../run/consequence.ts";
import { type Explanation, explain } from "../run/explain.ts";
import { holdersAbove, isInLine } from "../run/holders-above.ts";
import { goesOnByItself, type NextAction } from "../run/next-action.ts";
import type { RunState } from "../run/state.ts";
import { isTerminal } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definitions } from "./definitions.ts";
import { explainQuarantined, type Quarantined } from "./quarantine.ts";

type LoadState = (run: RunId) => Promise<RunState>;

/** Errors: `run_not_found`, `run_quarantined`, of the run itself; a child that cannot be read has no verdict. */
export async function explainRun(
  tenant: TenantId,
  run: RunId,
  definitions: Definitions,
  load: LoadState,
  quarantined: (run: RunId) => Quarantined | null = () => null,
): Promise<Explanation> {
  const state = await load(run);
  const { workflow, version } = state.created;
  const definition = await definitions.find(tenant, workflow, version);
  const told = explain(definition.workflow, state);
  const stands = quarantined(run);
  if (stands !== null) return explainQuarantined(told, stands);
  const holders = isInLine(state) ? holdersAbove(definition.workflow, state, await above(state, load)) : [];
  const own = holders.length === 0 ? told : withHolders(told, state, holders);
  if (own.child === null) return own;
  try {
    return joined(own, await explainRun(tenant, own.child as RunId, definitions, load, quarantined));
  } catch (error) {
    if (error instanceof DispatchedError && error.code === "run_quarantined") return own;
    throw error;
  }
}

/** The runs that started each other and at last this one, the nearest first, as far as they can be read. */
async function above({ created }: RunState, load: LoadState): Promise<readonly RunState[]> {
  const found: RunState[] = [];
  for (let { parent } = created; parent !== undefined; ) {
    try {
      const state = await load(parent.run as RunId);
      found.push(state);
      parent = state.created.parent;
    } catch (error) {
      const gone = error instanceof DispatchedError && /^run_(quarantined|not_found)$/.test(error.code);
      if (!gone) throw error;
      break;
    }
  }
  return found;
}

function withHolders(told: Explanation, { created }: RunState, holders: readonly string[]): Explanation {
  const [places, hold, wait] =
    holders.length === 1 ? ["the place", "holds", "waits"] : ["places", "hold", "wait"];
  const cause = `it waits for ${places} that ${holders.join(", ")} ${hold}, which started it and ${wait} for it to end`;
  const note = "then put a version in which it has another `concurrency.key`, or a higher `limit`";
  const text = `dispatched runs cancel ${created.parent?.root ?? created.run}`;
  return { ...told, cause, next: { action: "fix", text, note } };
}

/** What is to be done is done with the root: a child does not go again alone. Only its document may have to change. */
function joined(own: Explanation, inner: Explanation): Explanation {
  // The parent only waits: what is to be done is done with the child.
  if (own.next === goesOnByItself && !isTerminal(inner.status)) return { ...own, next: inner.next, inner };
  const fixes = own.next.action === "rerun" && inner.next.action === "fix";
  const { consequence } = inner;
  const isInner = own.consequence === nothingUndone && consequence !== null && consequence !== nothingUndone;
  const told = isInner ? { ...own, consequence: `in ${inner.run}: ${consequence}` } : own;
  return withNext({ ...told, inner }, { ...(fixes ? inner.next : own.next), note: noteOf(own, inner) });
}

/** Going again calls again what was undone in the child, too. */
function noteOf({ next }: Explanation, inner: Explanation): string | null {
  const goesAgain = next.action === "rerun" || next.action === "fix";
  const ofChild = inner.next.note === null || !goesAgain ? [] : [`in ${inner.run}: ${inner.next.note}`];
  const notes = [...(next.note === null ? [] : [next.note]), ...ofChild];
  return notes.length === 0 ? null : notes.join("; ");
}

function withNext(explanation: Explanation, next: NextAction): Explanation {
  const { inner } = explanation;
  if (inner === undefined) return { ...explanation, next };
  return { ...explanation, next, inner: inner.next.action === "compensate" ? inner : withNext(inner, next) };
}
