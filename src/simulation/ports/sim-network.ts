// The simulated network and the services behind it: calls are lost, doubled, slow, answered well and badly.

import type {
  BodyStream,
  Caller,
  OutboundCall,
  OutboundOutcome,
  OutboundRequest,
} from "../../ports/caller.ts";
import type { Call, Heard, Served } from "../history.ts";
import type { Prng } from "../prng.ts";
import { serve } from "../services.ts";
import type { SimNode } from "../sim-node.ts";

type NetworkFault =
  | "none"
  | "call_refused"
  | "call_lost"
  | "answer_lost"
  | "answer_cut"
  | "answer_slow"
  | "call_doubled"
  | "answer_too_large";
const networkFaults: readonly NetworkFault[] = [
  "call_refused",
  "call_lost",
  "answer_lost",
  "answer_cut",
  "answer_slow",
  "call_doubled",
  "answer_too_large",
];
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
    let sent: Call | null = null;
    const outcome = new Promise<OutboundOutcome>((resolve) => {
      if (!this.#node.enter("call")) return;
      const { body } = request;
      const isStream = body !== null && typeof body === "object" && !(body instanceof Uint8Array);
      const call = this.#announce(request, isStream ? undefined : wholeBody(body));
      sent = call;
      const hear = (afterMs: number, result: OutboundOutcome) => {
        this.#node.later(afterMs, () => {
          if (over || !this.#node.enter("answer")) return;
          over = true;
          call.heard = heardOf(result);
          this.#end(call, false);
          resolve(result);
        });
      };
      hear(request.timeoutMs, failure("timeout", true, null));
      if (!isStream) this.#travel(call, hear);
      else
        gather(body).then(
          (text) => {
            call.body = text;
            call.unread = false;
            this.#travel(call, hear);
          },
          () => hear(1, failure("network", true, null)),
        );
    });
    return {
      outcome,
      abort: () => {
        over = true;
        if (sent !== null) this.#end(sent, true);
      },
    };
  }

  #end(call: Call, gaveUp: boolean): void {
    const { record, time } = this.#node.world;
    call.ended ??= { at: this.#node.now(), worldAt: time.now, order: record.nextOrder(), gaveUp };
  }

  #announce(request: OutboundRequest, body: string | null | undefined): Call {
    const headers = Object.fromEntries(request.headers);
    const { record } = this.#node.world;
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.split("/");
    const item = searchParams.get("item");
    const key = headers["idempotency-key"] ?? "";
    const call: Call = {
      process: this.#node.life.process,
      run: headers["dispatched-run"] ?? "",
      workflow: path[1] ?? "",
      step: headers["dispatched-step"] ?? "",
      item: item === null ? null : Number(item),
      undo: path[3] === "undo",
      poll: key === "",
      attempt: Number(headers["dispatched-attempt"]),
      key,
      method: request.method,
      url: request.url,
      headers,
      body: body ?? null,
      unread: body === undefined,
      timeoutMs: request.timeoutMs,
      sentAt: this.#node.now(),
      sentWorldAt: this.#node.world.time.now,
      sentOrder: record.nextOrder(),
      node: this.#node.index,
      deliveries: 0,
      answer: null,
      heard: null,
      ended: null,
    };
    record.calls.push(call);
    record.note(this.#node.world.time.now, `call ${call.key} attempt ${call.attempt} ${call.body ?? ""}`);
    return call;
  }

  #travel(call: Call, hear: (afterMs: number, result: OutboundOutcome) => void): void {
    const { world } = this.#node;
    const prng = this.#services;
    const fault = world.faultsOn() && prng.chance(world.plan.network) ? prng.pick(networkFaults) : "none";
    if (fault !== "none") world.strikeCall(fault, call);
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
      call.answer = served;
      if ("x-callback" in call.headers) world.callBack(call);
      const back = fault === "answer_slow" ? prng.between(500, 8_000) : prng.between(1, 120);
      if (fault === "answer_lost") {
        if (prng.chance(0.5)) hear(back, failure("network", true, null));
      } else if (fault === "answer_cut") {
        hear(back, failure("network", true, served.status));
      } else if (fault === "answer_too_large") {
        hear(back, failure("too_large", true, served.status));
      } else {
        const { status, headers } = served;
        hear(back, { type: "response", status, headers, body: encoder.encode(served.body) });
      }
    });
  }

  #serve(call: Call): Served {
    const { world } = this.#node;
    return serve(call, this.#services, {
      trouble: world.faultsOn() ? world.plan.service : world.plan.service / 4,
      now: this.#node.now(),
      strike: (kind) => world.strikeCall(kind, call),
    });
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
  return { type: "failure", reason: outcome.reason, sent: outcome.sent, status: outcome.status };
}

/** Bytes as one character each. */
function wholeBody(body: string | Uint8Array | null): string | null {
  return body === null || typeof body === "string" ? body : Buffer.from(body).toString("latin1");
}

/** A body that is read while it is sent: the services hear it when it is whole. */
async function gather(stream: BodyStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString(stream.isText ? "utf8" : "latin1");
}
