// CloudEvents over HTTP in their three modes: structured, batched, binary (CloudEvents 1.0.2, HTTP protocol binding).

import type { CloudEvent } from "../engine/engine-api.ts";
import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "./api-request.ts";
import { checkCloudEvent, type EventProblem } from "./check-cloud-event.ts";
import { isJsonType, parseBody } from "./read-json-body.ts";

const structured = "application/cloudevents+json";
const batched = "application/cloudevents-batch+json";
const prefix = "ce-";

/** Errors: `invalid_event` (extra.problems), `unsupported_media_type`, those of `readBody` and of JSON. */
export async function readCloudEvents(request: ApiRequest): Promise<readonly CloudEvent[]> {
  const type = mediaTypeOf(request);
  const text = await readBody(request, limits.request_body_bytes);
  if (type === structured) return checkAll([parseBody(text)]);
  if (type === batched) {
    const list = parseBody(text);
    if (!Array.isArray(list)) throw invalid("a batch is a list of events");
    if (list.length > limits.event_batch) throw invalid(`a batch holds up to ${limits.event_batch} events`);
    return checkAll(list as readonly Json[]);
  }
  const isBinary = Object.keys(request.headers).some((name) => name.startsWith(prefix));
  if (isBinary && !type.startsWith("application/cloudevents"))
    return checkAll([readBinary(request, type, text)]);
  throw new DispatchedError("unsupported_media_type", "this is no CloudEvent in a mode that is taken here", {
    hint: `send content-type ${structured} or ${batched}, or the attributes as headers ce-id, ce-source, ce-type and ce-specversion`,
  });
}

/** Attributes are headers, the data are the body as it is (section 3.1). */
function readBinary(request: ApiRequest, type: string, text: string): Json {
  const event: Record<string, Json> = {};
  for (const [header, value] of Object.entries(request.headers)) {
    if (!header.startsWith(prefix)) continue;
    const name = header.slice(prefix.length);
    if (name === "data" || name === "data_base64" || name === "datacontenttype") {
      throw invalid(`in binary mode there is no header ${header}: the body and content-type tell it`);
    }
    event[name] = decodeHeader(header, value);
  }
  if (type !== "") event["datacontenttype"] = request.headers["content-type"] ?? type;
  if (text !== "") event["data"] = dataOf(type, text);
  return event;
}

function dataOf(type: string, text: string): Json {
  if (isJsonType(type)) return parseBody(text);
  if (type.startsWith("text/") || type.endsWith("/xml") || type.endsWith("+xml")) return text;
  throw new DispatchedError(
    "unsupported_media_type",
    "the data of an event in binary mode are JSON or text",
    {
      hint: "send other data structured, as data_base64",
    },
  );
}

/** Quoted texts without their quotes, percent-encoded bytes as the UTF-8 that they are (section 3.1.3.2). */
function decodeHeader(header: string, value: string): string {
  // One that does not end is taken to the end at once, and left as it is.
  const bare = value.replace(/"((?:[^"\\]|\\.)*)("|\\?$)/gs, (whole, inner: string, end: string) =>
    end === '"' ? inner.replace(/\\(.)/gs, "$1") : whole,
  );
  try {
    return decodeURIComponent(bare);
  } catch {
    throw invalid(`the header ${header} is not percent-encoded UTF-8`);
  }
}

function checkAll(values: readonly Json[]): readonly CloudEvent[] {
  const problems: (EventProblem & { readonly event: number })[] = [];
  const events: CloudEvent[] = [];
  for (const [event, value] of values.entries()) {
    const checked = checkCloudEvent(value);
    if (checked.ok) events.push(checked.event);
    else problems.push(...checked.problems.map((problem) => ({ event, ...problem })));
  }
  if (problems.length === 0) return events;
  const [first] = problems;
  const where = values.length === 1 ? "" : `event ${first?.event ?? 0}: `;
  throw invalid(`${where}${first?.message ?? ""}`, problems);
}

function invalid(message: string, problems: readonly EventProblem[] = []): DispatchedError {
  return new DispatchedError("invalid_event", message, problems.length === 0 ? {} : { extra: { problems } });
}
