// The simulated network and the services behind it: calls are lost, doubled, slow, answered well and badly.

import type { Caller, OutboundCall, OutboundOutcome, OutboundRequest } from "../../ports/caller.ts";
import type { Call, Heard } from "../history.ts";
import type { Prng } from "../prng.ts";
import type { SimNode } from "../sim-node.ts";

interface Served {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type NetworkFault =
  | "none"
  | "call_refused"
  | "call_lost"
  | "answer_lost"
  | "answer_slow"
  | "call_doubled"
  | "answer_too_large";
const networkFaults: readonly NetworkFault[] = [
  "call_refused",
  "call_lost",
  "answer_lost",
  "answer_slow",
  "call_doubled",
  "answer_too_large",
];
const json = { "content-type": "application/json" };
const encoder = new TextEncoder();

export class SimNetwork implements Caller {
  readonly #node: SimNode;
  readonly #services: Prng;

  /** `services` is shared by all nodes: the services do not know who calls. */
  constructor(node: SimNode, services: Prng) {
    this.#node = node;
    this.#services = services;
  }

  call(request: OutboundRequest): OutboundCall {
    let over = false;
    const outcome = new Promise<OutboundOutcome>((resolve) => {
      if (!this.#node.enter("call")) return;
      const call = this.#announce(request);
      const hear = (afterMs: number, result: OutboundOutcome) => {
        this.#node.later(afterMs, () => {
          if (over || !this.#node.enter("answer")) return;
          over = true;
          call.heard = heardOf(result);
          resolve(result);
        });
      };
      hear(request.timeoutMs, failure("timeout", true, null));
      this.#travel(call, hear);
    });
    return {
      outcome,
      abort: () => {
        over = true;
      },
    };
  }

  #announce(request: OutboundRequest): Call {
    const headers = Object.fromEntries(request.headers);
    const { record } = this.#node.world;
    const path = new URL(request.url).pathname.split("/");
    const call: Call = {
      run: headers["dispatched-run"] ?? "",
      workflow: path[1] ?? "",
      step: headers["dispatched-step"] ?? "",
      undo: path[3] === "undo",
      attempt: Number(headers["dispatched-attempt"]),
      key: headers["idempotency-key"] ?? "",
      method: request.method,
      url: request.url,
      headers,
      body: request.body === null ? null : String(request.body),
      sentAt: this.#node.now(),
      sentOrder: record.nextOrder(),
      node: this.#node.index,
      deliveries: 0,
      answer: null,
      heard: null,
    };
    record.calls.push(call);
    record.note(this.#node.world.time.now, `call ${call.key} attempt ${call.attempt} ${call.body ?? ""}`);
    return call;
  }

  #travel(call: Call, hear: (afterMs: number, result: OutboundOutcome) => void): void {
    const { world } = this.#node;
    const prng = this.#services;
    const fault = world.faultsOn() && prng.chance(world.plan.network) ? prng.pick(networkFaults) : "none";
    if (fault !== "none") world.record.fault(fault);
    const there = prng.between(1, 60);
    if (fault === "call_refused") {
      hear(there, failure("network", false, null));
      return;
    }
    if (fault === "call_lost") {
      if (prng.chance(0.5)) hear(there, failure("network", true, null));
      return;
    }
    world.time.after(there, () => {
      call.deliveries += fault === "call_doubled" ? 2 : 1;
      const served = this.#serve(call);
      call.answer = { status: served.status, body: served.body };
      const back = fault === "answer_slow" ? prng.between(500, 8_000) : prng.between(1, 120);
      if (fault === "answer_lost") {
        if (prng.chance(0.5)) hear(back, failure("network", true, null));
      } else if (fault === "answer_too_large") {
        hear(back, failure("too_large", true, served.status));
      } else {
        hear(back, { type: "response", ...served, body: encoder.encode(served.body) });
      }
    });
  }

  #serve(call: Call): Served {
    const { world } = this.#node;
    const prng = this.#services;
    const good = JSON.stringify({
      id: `r${call.step}-${prng.next().toString(36)}`,
      n: prng.between(0, 9),
      echo: call.headers["x-token"] ?? null,
    });
    if (!prng.chance(world.faultsOn() ? world.plan.service : world.plan.service / 4)) {
      return { status: prng.pick([200, 200, 201, 202]), headers: json, body: good };
    }
    const draw = prng.between(0, 5);
    if (draw <= 1) {
      world.record.fault("service_5xx");
      return { status: prng.pick([500, 502, 503]), headers: json, body: '{"error":"busy"}' };
    }
    if (draw === 2) {
      world.record.fault("service_429");
      const seconds = prng.between(0, 3);
      const date = new Date(Math.ceil(this.#node.now() / 1000) * 1000 + seconds * 1000).toUTCString();
      const after = prng.chance(0.5) ? String(seconds) : date;
      return { status: 429, headers: { ...json, "retry-after": after }, body: "{}" };
    }
    if (draw === 3) {
      world.record.fault("service_4xx");
      return { status: prng.pick([400, 404, 409, 422]), headers: json, body: '{"error":"no"}' };
    }
    if (draw === 4) {
      world.record.fault("service_misfit");
      return { status: 200, headers: json, body: '{"n":1}' };
    }
    world.record.fault("service_not_json");
    return { status: 200, headers: json, body: "<html>" };
  }
}

function failure(
  reason: "network" | "timeout" | "too_large",
  sent: boolean,
  status: number | null,
): OutboundOutcome {
  return { type: "failure", reason, sent, status, detail: reason };
}

function heardOf(outcome: OutboundOutcome): Heard {
  if (outcome.type === "response") return { type: "response", status: outcome.status };
  return { type: "failure", reason: outcome.reason, sent: outcome.sent };
}
