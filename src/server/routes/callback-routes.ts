// The callbacks that services and people answer by: as JSON, or as a page with a form.

import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { acceptedItem } from "../accepted-answer.ts";
import { admitCallback } from "../admit-token.ts";
import { maybeTime, timeJson } from "../api-json.ts";
import { type ApiAnswer, type ApiRequest, mediaTypeOf, readBody } from "../api-request.ts";
import { callbackPage, problemPage, redirectTo, takenPage } from "../callback-page/callback-page.ts";
import { formFieldsOf } from "../callback-page/form-fields.ts";
import { readForm } from "../callback-page/read-form.ts";
import { answer } from "../describe-route.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { asDispatchedError } from "../problem-answer.ts";
import { jsonOf } from "../read-json-body.ts";
import { jsonAnswer, type Route, type RouteContext, route } from "../route.ts";
import { anyId, idempotencyKey } from "../schemas/parts.ts";
import { anything, choice, optional, orNull, record, text, time } from "../typed-schema.ts";

const token = text("The token of the callback");
const item = optional(anyId("Id of the item of the inbox that waits", "itm"));
const location = optional(text("Where the item is"));
const callback = record("What the holder of the address is shown", {
  status: choice("Whether it waits; `over`: it ended without an answer", ["waiting", "answered", "over"]),
  show: optional(anything("What the workflow's author lets the holder see")),
  until: optional(time("When it ends by itself")),
  at: optional(orNull(time("When it was answered, or over"))),
});
const page = { "text/html": text("A page without scripts") };
const form = "application/x-www-form-urlencoded";
/** What is told to somebody who looks at the page; all else is told as a problem of its own. */
const formProblems: ReadonlySet<string> = new Set(["schema_mismatch", "invalid_body", "invalid_json"]);

export const callbackRoutes: readonly Route[] = [
  route({
    // Looking never answers: addresses are opened by mail scanners and previews.
    method: "GET",
    path: "/callbacks/:token",
    access: "hook",
    id: "showCallback",
    tag: "runs",
    summary:
      "What the holder of a callback's address is shown: as JSON, or as a page where `Accept` asks for `text/html`",
    params: { token },
    answers: { 200: { ...answer("Whether it waits", callback), content: page } },
    problemPages: true,
    errors: ["callback_unknown", "locked", "sandbox_unavailable"],
    handle: async (context, request) => {
      const look = () => context.engine.showCallback(admitCallback(context, request));
      return wantsPage(request) ? asPage(async () => callbackPage(await look())) : shown(await look());
    },
  }),
  route({
    method: "POST",
    path: "/callbacks/:token",
    access: "hook",
    id: "answerCallback",
    tag: "runs",
    summary: "Answers a callback, by JSON or by the form of its page",
    params: { token },
    headers: { "idempotency-key": idempotencyKey },
    body: {
      type: "raw",
      required: false,
      content: { "application/json": anything("The answer"), [form]: text("The fields of the page") },
    },
    answers: {
      202: {
        ...answer(
          "Taken, or it waits in the inbox as `item`",
          record("What was taken", { status: optional(choice("In a word", ["answered"])), item, location }),
        ),
        content: page,
      },
      200: { about: "To the form: that it is over", content: page },
      303: { about: "Taken from the form: the page says so" },
    },
    problemPages: true,
    errors: [
      "callback_unknown",
      "wait_over",
      "schema_mismatch",
      "inbox_bytes_full",
      "inbox_full",
      "run_ended",
      "run_quarantined",
      "locked",
    ],
    handle: (context, request) => {
      const take = () => answerCallback(context, request);
      return (request.headers["content-type"] ?? "").toLowerCase().startsWith(form) ? asPage(take) : take();
    },
  }),
];

type Engine = RouteContext["engine"];

function shown(view: Awaited<ReturnType<Engine["showCallback"]>>): ApiAnswer {
  const told =
    view.status === "waiting"
      ? { status: view.status, show: view.show, until: timeJson(view.until) }
      : { status: view.status, at: maybeTime(view.at) };
  return jsonAnswer(200, told, { vary: "accept" });
}

async function answerCallback(context: RouteContext, request: ApiRequest): Promise<ApiAnswer> {
  const { engine } = context;
  const address = admitCallback(context, request);
  const sent = await readBody(request, limits.request_body_bytes);
  // The address is the credential: nothing goes with a request by itself that a form of another site could use, and who has
  // the address may answer. So there is no second token to check.
  if (sent !== "" && mediaTypeOf(request) === form) return answerByForm(engine, request, address, sent);
  const { value } = jsonOf(request, sent);
  const waits = await engine.acceptCallback(address, value, idempotencyKeyOf(request));
  return waits === null ? jsonAnswer(202, { status: "answered" }) : acceptedItem(waits);
}

async function answerByForm(
  engine: Engine,
  request: ApiRequest,
  address: string,
  sent: string,
): Promise<ApiAnswer> {
  const view = await engine.showCallback(address);
  if (view.status !== "waiting") return callbackPage(view);
  try {
    const body: Json = readForm(formFieldsOf(view.schema), sent);
    const waits = await engine.acceptCallback(address, body, idempotencyKeyOf(request));
    return waits === null ? redirectTo(`/callbacks/${encodeURIComponent(address)}`) : takenPage();
  } catch (error) {
    const known = asDispatchedError(error);
    if (known.code === "wait_over") return callbackPage(await engine.showCallback(address));
    if (!formProblems.has(known.code)) throw error;
    return callbackPage(view, { given: new URLSearchParams(sent), error: known });
  }
}

/** Browsers ask for it by name; programs take anything. */
function wantsPage({ headers }: ApiRequest): boolean {
  return (headers["accept"] ?? "").includes("text/html");
}

/** Errors are told as a page, too: a person reads them. */
async function asPage(make: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await make();
  } catch (error) {
    const known = asDispatchedError(error);
    if (known.code === "internal") throw error;
    return problemPage(known);
  }
}
