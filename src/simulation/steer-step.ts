// What services say besides their answer: where a job is to be asked for, and what the engine is to do with the step.

import type { Call, Served } from "./history.ts";
import type { Prng } from "./prng.ts";
import type { ServiceWorld } from "./services.ts";

const origin = "https://services.example";
const afters = ["", ";after=0", ";after=0.4", ";after=2"] as const;
/** Headers that say nothing: an engine reads them as if they were not there. */
const nonsense = ["retry;after=-1", "again", "fail;reason=7", "skip complete", "Retry?"] as const;

export function steerStep(served: Served, call: Call, prng: Prng, world: ServiceWorld): Served {
  const headers: Record<string, string> = { ...served.headers };
  if (prng.chance(0.25)) {
    world.strike("service_location");
    headers["location"] = jobAddress(call, prng);
  }
  if (prng.chance(world.trouble * 0.2)) {
    world.strike("service_directive");
    headers["dispatched-directive"] = directiveFor(served.status, call, prng);
  }
  return { ...served, headers };
}

/** A job's address, at times on another host, whose service sees no credentials. */
function jobAddress(call: Call, prng: Prng): string {
  const item = call.item === null ? "" : `item=${call.item}&`;
  const of = call.undo ? `${call.step}/undo` : call.step;
  const path = `/${call.workflow}/${of}/job?${item}job=${prng.between(1, 99)}`;
  const base = prng.pick(["", origin, "https://elsewhere.example"]);
  return base + path;
}

function directiveFor(status: number, call: Call, prng: Prng): string {
  if (prng.chance(0.15)) return prng.pick(nonsense);
  const after = prng.pick(afters);
  const words = status >= 200 && status <= 299 ? 5 : 3;
  switch (prng.between(1, words)) {
    case 1:
      return `retry${after}`;
    case 2:
      return prng.chance(0.5) ? "fail" : 'fail;reason="no stock"';
    case 3:
      return "skip";
    case 4:
      return `poll${after}${prng.chance(0.5) ? "" : `;url="${jobAddress(call, prng)}"`}`;
    default:
      return "complete";
  }
}
