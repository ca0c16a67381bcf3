// What the HTTP API answers, as a client sees it: generated from its description, some under the name that programs use.

import type { Json } from "../value/json.ts";
import type { DocumentProblemResource, EventResource, ProblemResource as WholeProblem } from "./api/index.ts";
import type { AnswerOf } from "./route-types.ts";

export type * from "./api/index.ts";
export type {
  InboxItemResource as ItemResource,
  MadeHookResource as NewHookResource,
  RegisteredResource as NewTenantResource,
  WorkflowPutResource as PutResource,
} from "./api/index.ts";

export type CallbackResource = AnswerOf<"GET /callbacks/{token}">;
export type ReceiptResource = AnswerOf<"POST /api/events">["events"][number];

/** An event without what is long in its `data`: requests, headers, bodies. */
export interface BriefEventResource extends Pick<EventResource, "seq" | "type" | "at" | "step"> {
  readonly data: Json;
}

/** Of a server's problem, all of it; of one that the client itself found, code and detail. */
export interface ProblemResource
  extends Partial<Omit<WholeProblem, "code" | "detail">>,
    Pick<WholeProblem, "code" | "detail"> {
  /** What is wrong with a document. */
  readonly problems?: readonly DocumentProblemResource[];
}
