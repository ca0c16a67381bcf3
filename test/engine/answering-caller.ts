// A caller that keeps what it is given and answers as a test says.

import type { Caller, OutboundCall, OutboundOutcome, OutboundRequest } from "../../src/ports/caller.ts";

type Answer = (request: OutboundRequest) => OutboundOutcome | Promise<OutboundOutcome>;

export class AnsweringCaller implements Caller {
  readonly requests: OutboundRequest[] = [];
  readonly #answer: Answer;

  constructor(answer: Answer = () => jsonResponse(200, {})) {
    this.#answer = answer;
  }

  call(request: OutboundRequest): OutboundCall {
    this.requests.push(request);
    return { outcome: Promise.resolve(this.#answer(request)), abort: () => {} };
  }
}

export function jsonResponse(status: number, value: unknown): OutboundOutcome {
  const body = new TextEncoder().encode(JSON.stringify(value));
  return { type: "response", status, headers: { "content-type": "application/json" }, body };
}

export function headerOf({ headers }: OutboundRequest, name: string): string | null {
  return headers.findLast(([own]) => own === name)?.[1] ?? null;
}
