// A tenant's rules for the hosts that its workflows call, and how these hosts stand.

import { writeBounds } from "../../engine/host-bounds.ts";
import type { TenantRule } from "../../engine/host-rule.ts";
import { keyOf } from "../../engine/host-rule.ts";
import { type HostStanding, type MetRule, tagOf } from "../../engine/host-rules.ts";
import type { JsonObject } from "../../value/json.ts";
import { actorOf } from "../actor-of.ts";
import { maybeTime, timeJson } from "../api-json.ts";
import { answer } from "../describe-route.ts";
import { entityTag, isKnown, preconditionOf } from "../entity-tag.ts";
import { emptyAnswer, jsonAnswer, type Route, route } from "../route.ts";
import { nothing } from "../schemas/parts.ts";
import { choice, list, optional, orNull, record, text, time, whole } from "../typed-schema.ts";

const params = { host: text("`api.example.com`, `*.example.com`, each with a port or without") };
const etag = { etag: "Names the rule as it is" } as const;
const bodyBytesMax = 16_384;
const bounds = {
  rate: orNull(text("Calls that may begin in a time: `10/1s`")),
  concurrency: orNull(whole("Calls that may be under way at once", 1, 10_000)),
  breaker: orNull(text("Failures in a row after which nothing is sent for a time: `5/30s`")),
};
const workflows = orNull(
  list(
    "The only workflows that may call it: `process-order`, or `process-*` for names that begin so",
    text("Name, or beginning"),
  ),
);
const called = record(
  "How a host stands on the engine that answers",
  {
    host: text("Host and port"),
    breaker: choice("`half_open`: one call goes to see", ["closed", "open", "half_open"]),
    open_until: orNull(time("Of an open one")),
    waiting: whole("Calls that wait"),
    rate_left: orNull(whole("Calls that may begin now; null without a rate")),
  },
  "CalledHost",
);
const rule = record(
  "A rule for a host",
  {
    host: text("Which host, or hosts, it is for"),
    ...bounds,
    workflows,
    updated_at: time("When it was put"),
    etag: text("Its `ETag`, for `If-Match`"),
    called: list("Hosts that it is for and that were called lately", called),
  },
  "HostRule",
);

const met = record(
  "A rule of the operator's for all tenants, as calls of this one meet it",
  {
    host: text("Which host, or hosts, it is for"),
    ...bounds,
    called: list(
      "Hosts that calls of this tenant went to lately",
      record(
        "How the host stands on the engine that answers; what others call is not told",
        {
          host: text("Host and port"),
          breaker: choice("As of one's own", ["closed", "open", "half_open"]),
          open_until: orNull(time("Of an open one")),
        },
        "CalledHostOfAll",
      ),
    ),
  },
  "OperatorHostRule",
);

function metJson({ rule: one, hosts }: MetRule): JsonObject {
  return {
    host: one.host,
    ...writeBounds(one),
    called: hosts.map(({ called: host, breaker, opensUntil }) => ({
      host: keyOf(host),
      breaker,
      open_until: maybeTime(opensUntil),
    })),
  };
}

function ruleJson(one: TenantRule, standing: readonly HostStanding[]): JsonObject {
  return {
    host: one.host,
    ...writeBounds(one),
    workflows: one.workflows,
    updated_at: timeJson(one.updatedAt),
    etag: tagOfRule(one),
    called: standing.map(({ called: host, breaker, opensUntil, waiting, rateLeft }) => ({
      host: keyOf(host),
      breaker,
      open_until: maybeTime(opensUntil),
      waiting,
      rate_left: rateLeft,
    })),
  };
}

function tagOfRule(one: TenantRule): string {
  return entityTag(tagOf(one) ?? "");
}

export const hostRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/hosts",
    access: "session",
    id: "listHostRules",
    tag: "hosts",
    summary: "The tenant's rules for hosts, and how these hosts stand on the engine that answers",
    answers: {
      200: answer(
        "All rules",
        record("Rules", {
          hosts: list("All of the tenant's own", rule),
          operator: list("Those of the operator's that calls of the tenant met lately", met),
        }),
      ),
    },
    errors: ["locked"],
    handle: async ({ engine }, _request, tenant) => {
      const rules = await engine.hosts.list(tenant);
      return jsonAnswer(200, {
        hosts: rules.map((one) => ruleJson(one, engine.hosts.standing(tenant, one))),
        operator: engine.hosts.met(tenant).map(metJson),
      });
    },
  }),
  route({
    method: "GET",
    path: "/api/hosts/:host",
    access: "session",
    id: "getHostRule",
    tag: "hosts",
    summary: "The rule for one host",
    params,
    headers: { "if-none-match": optional(text("`ETag` of what the caller has")) },
    answers: {
      304: { about: "It is what the caller has", headers: etag },
      200: { about: "The rule", headers: etag, schema: rule },
    },
    errors: ["host_rule_not_found", "locked"],
    handle: async ({ engine }, request, tenant) => {
      const one = await engine.hosts.get(tenant, request.params["host"] as string);
      const headers = { etag: tagOfRule(one) };
      if (isKnown(request, headers.etag)) return { status: 304, headers, body: null };
      return jsonAnswer(200, ruleJson(one, engine.hosts.standing(tenant, one)), headers);
    },
  }),
  route({
    method: "PUT",
    path: "/api/hosts/:host",
    access: "session",
    id: "putHostRule",
    tag: "hosts",
    summary: "Stores the rule for a host, in the place of the one before",
    about:
      "It is for calls of this tenant alone, beside what the operator says. Of several that fit a host the most exact holds. What is left out is not bounded, and without `workflows` all may call it. The same again changes nothing.",
    params,
    body: {
      type: "json",
      schema: record("What is said of the host; at least one", {
        rate: optional(bounds.rate),
        concurrency: optional(bounds.concurrency),
        breaker: optional(bounds.breaker),
        workflows: optional(workflows),
      }),
      none: {},
      bytesMax: bodyBytesMax,
    },
    headers: {
      "if-match": optional(text("Only while the rule has this `ETag`; `*` for any")),
      "if-none-match": optional(text("`*`: only when there is none yet")),
    },
    answers: {
      200: { about: "Stored", headers: etag, schema: rule },
      201: { about: "Stored, the first for this host", headers: etag, schema: rule },
    },
    errors: ["invalid_host_rule", "too_many_host_rules", "precondition_failed", "locked"],
    handle: async ({ engine }, request, tenant, by) => {
      const host = request.params["host"] as string;
      const actor = actorOf(request, by);
      const put = await engine.hosts.put(tenant, host, request.body, actor, preconditionOf(request));
      const body = ruleJson(put.rule, engine.hosts.standing(tenant, put.rule));
      return jsonAnswer(put.created ? 201 : 200, body, { etag: tagOfRule(put.rule) });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/hosts/:host",
    access: "session",
    id: "deleteHostRule",
    tag: "hosts",
    summary: "Removes the rule for a host",
    params,
    headers: { "if-match": optional(text("Only while the rule has this `ETag`; `*` for any")) },
    answers: { 204: nothing },
    errors: ["host_rule_not_found", "precondition_failed", "locked"],
    handle: async ({ engine }, request, tenant, by) => {
      const host = request.params["host"] as string;
      await engine.hosts.delete(tenant, host, actorOf(request, by), preconditionOf(request));
      return emptyAnswer;
    },
  }),
];
