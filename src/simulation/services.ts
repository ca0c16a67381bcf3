// The services of a world: they answer well and badly, plainly and oddly, and echo the credentials that they are given.

import type { FaultKind } from "./fault-plan.ts";
import type { Call, Served } from "./history.ts";
import type { Prng } from "./prng.ts";
import { steerStep } from "./steer-step.ts";
import { cutInput } from "./workload/cut-text.ts";
import { tokenIn } from "./workload/plain-bodies.ts";

const json = { "content-type": "application/json" };
/** Longer than what fits one read of a socket. */
const bigLength = 20_000;

export interface ServiceWorld {
  /** Chance that an answer is not a plain good one. */
  readonly trouble: number;
  /** The time that the caller's clock shows, for dates in headers. */
  readonly now: number;
  readonly strike: (kind: FaultKind) => void;
}

export function serve(call: Call, prng: Prng, world: ServiceWorld): Served {
  return steerStep(answer(call, prng, world), call, prng, world);
}

function answer(call: Call, prng: Prng, world: ServiceWorld): Served {
  const good = {
    id: `r${call.step}-${prng.next().toString(36)}`,
    n: prng.between(0, 9),
    busy: prng.chance(0.5),
    ...cutInput(call.key),
    echo: echoOf(call),
  };
  if (!prng.chance(world.trouble)) {
    return { status: prng.pick([200, 200, 201, 202]), headers: json, body: JSON.stringify(good) };
  }
  const draw = prng.between(0, 7);
  if (draw <= 1) return refuse(prng, world);
  if (draw === 2) return slowDown(prng, world);
  if (draw === 3) {
    world.strike("service_4xx");
    return { status: prng.pick([400, 404, 404, 409, 422]), headers: json, body: '{"error":"no"}' };
  }
  if (draw === 4) {
    world.strike("service_misfit");
    return { status: 200, headers: json, body: prng.pick(['{"n":1}', '{"id":7}', "[]", "null"]) };
  }
  if (draw === 5) {
    world.strike("service_not_json");
    return { status: 200, headers: json, body: prng.pick(["<html>", '{"id":', ""]) };
  }
  return answerOddly(good, prng, world);
}

function refuse(prng: Prng, world: ServiceWorld): Served {
  world.strike("service_5xx");
  const headers = prng.chance(0.2) ? { ...json, "retry-after": "1" } : json;
  return { status: prng.pick([500, 502, 503, 504]), headers, body: '{"error":"busy"}' };
}

function slowDown(prng: Prng, world: ServiceWorld): Served {
  world.strike("service_429");
  const seconds = prng.between(0, 3);
  const date = new Date(Math.ceil(world.now / 1000) * 1000 + seconds * 1000).toUTCString();
  const after = prng.pick([String(seconds), date, "soon", "-1"]);
  return { status: 429, headers: { ...json, "retry-after": after }, body: "{}" };
}

/** Good answers that a careless engine trips over. */
function answerOddly(good: Readonly<Record<string, unknown>>, prng: Prng, world: ServiceWorld): Served {
  world.strike("service_odd");
  const body = JSON.stringify(good);
  const headers = { "content-type": "application/vnd.shop+json; charset=utf-8", "retry-after": "60" };
  switch (prng.between(0, 4)) {
    case 0:
      return { status: 204, headers: {}, body: "" };
    case 1:
      return {
        status: 200,
        headers: { "content-type": "text/plain" },
        body: `done ${good["id"]} ${good["echo"]}`,
      };
    case 2:
      return { status: 200, headers: { ...headers, "set-cookie": `a=${good["echo"]}` }, body };
    case 3:
      return { status: 200, headers: { "x-echo": `${good["echo"]}`, connection: "close", ...json }, body };
    default:
      return { status: 200, headers: json, body: JSON.stringify({ ...good, pad: "x".repeat(bigLength) }) };
  }
}

/** Everything in which a credential may have come. */
function echoOf(call: Call): string {
  const { headers, url, body } = call;
  const inBody = tokenIn(body) ?? undefined;
  return [headers["x-token"], headers["authorization"], headers["x-callback"], url, inBody].join(" ");
}
