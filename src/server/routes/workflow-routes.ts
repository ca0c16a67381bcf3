// Workflows: put, get, list.

import type { DocumentFormat, EngineApi } from "../../engine/engine-api.ts";
import type { TenantId } from "../../value/id.ts";
import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { DispatchedError } from "../../value/problem.ts";
import { actorOf } from "../actor-of.ts";
import { documentProblemJson, maybeTime, timeJson, workflowItemJson, workflowJson } from "../api-json.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "../api-request.ts";
import { answer } from "../describe-route.ts";
import { entityTag, isKnown, preconditionOf } from "../entity-tag.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { askedVersion, page, pageQuery, workflowName } from "../schemas/parts.ts";
import {
  listedWorkflow,
  workflow,
  workflowDeleted,
  workflowItem,
  workflowPut,
  workflowStats,
} from "../schemas/workflow-schemas.ts";
import { statsJson, wholeStatsJson } from "../stats-json.ts";
import { anything, flag, optional, text, whole, withDefault } from "../typed-schema.ts";

const formats: ReadonlyMap<string, DocumentFormat> = new Map([
  ["application/json", "json"],
  ["application/yaml", "yaml"],
  ["application/x-yaml", "yaml"],
  ["text/yaml", "yaml"],
  ["text/x-yaml", "yaml"],
]);

function formatOf(request: ApiRequest): DocumentFormat {
  const format = formats.get(mediaTypeOf(request));
  if (format !== undefined) return format;
  throw new DispatchedError("unsupported_media_type", "a workflow is application/json or application/yaml", {
    hint: "set the header content-type",
  });
}

/** Of each workflow in the list: those that ended last. */
const listedRuns = 30;
const params = { name: workflowName } as const;
const etag = { etag: "Names the version and its bytes" } as const;
const putTag = { etag: "Names the version and its bytes; not with `dry_run`, which stores nothing" } as const;

async function triggersJson(engine: EngineApi, tenant: TenantId, name: string): Promise<Json> {
  const triggers = await engine.review.triggers(tenant, name);
  return triggers.map((one) => ({ ...one, ...(one.type === "cron" ? { next: maybeTime(one.next) } : {}) }));
}

export const workflowRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/workflows",
    access: "session",
    id: "listWorkflows",
    tag: "workflows",
    summary: "The highest version of each workflow, and how its runs ended lately",
    query: {
      stats: withDefault(flag("With counts of the last 24 hours and the last 30 runs"), true),
      triggers: withDefault(flag("With what starts its runs"), false),
      ...pageQuery,
    },
    answers: { 200: answer("Workflows", page("workflows", listedWorkflow)) },
    errors: ["invalid_cursor"],
    handle: async ({ engine }, { asked }, tenant) => {
      const { rows, next } = await engine.listWorkflows(tenant, asked.cursor ?? null, asked.limit);
      const workflows = await Promise.all(
        rows.map(async (row) => {
          const stats = asked.stats
            ? await engine.review.workflowStats(tenant, row.name, 24, listedRuns)
            : null;
          const triggers = asked.triggers ? await triggersJson(engine, tenant, row.name) : null;
          return { ...workflowItemJson(row), triggers, stats: stats === null ? null : statsJson(stats) };
        }),
      );
      return jsonAnswer(200, { workflows, next });
    },
  }),
  route({
    method: "PUT",
    path: "/api/workflows/:name",
    access: "session",
    id: "putWorkflow",
    tag: "workflows",
    summary: "Stores a version of a workflow",
    about: "200 when the same bytes were there, or with `dry_run`, which is refused as storing would be.",
    params,
    query: { dry_run: withDefault(flag("Check only"), false) },
    body: {
      type: "raw",
      content: {
        "application/json": anything("The document, as docs/reference/workflow.schema.json says"),
        "application/yaml": text("The document in YAML"),
      },
      required: true,
    },
    answers: {
      200: answer("It was there, or would be stored", workflowPut, putTag),
      201: answer("Stored", workflowPut, etag),
    },
    headers: {
      "if-match": optional(text("Only while the highest version has this `ETag`; `*` for any")),
      "if-none-match": optional(text("`*`: only when there is none yet")),
    },
    errors: [
      "invalid_document",
      "name_mismatch",
      "version_conflict",
      "workflow_deleted",
      "precondition_failed",
      "sandbox_unavailable",
    ],
    handle: async ({ engine }, request, tenant, by) => {
      const format = formatOf(request);
      const dryRun = request.asked.dry_run;
      const document = await readBody(request, limits.document_bytes);
      const name = request.params["name"] as string;
      const precondition = preconditionOf(request);
      const put = await engine.putWorkflow(
        tenant,
        {
          name,
          text: document,
          format,
          dryRun,
          ...(precondition === undefined ? {} : { precondition }),
        },
        actorOf(request, by),
      );
      const { version, status, endedGrant } = put;
      const warnings = put.warnings.map(documentProblemJson);
      const tag = entityTag(put.tag);
      const body = { name: put.name, version, status, etag: tag, warnings, ended_grant: endedGrant };
      return jsonAnswer(status === "created" ? 201 : 200, body, status === "valid" ? {} : { etag: tag });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/workflows/:name",
    access: "session",
    id: "deleteWorkflow",
    tag: "workflows",
    summary: "Deletes a workflow: nothing new starts by it",
    about:
      "Its triggers, hooks and grant end. Active runs go on, past ones and all versions can be read, and a version above the highest takes it back. One that was deleted before stays so.",
    params,
    headers: {
      "if-match": optional(text("Only while the highest version has this `ETag`; `*` for any")),
    },
    answers: { 200: answer("Deleted, now or before; `version` is the highest", workflowDeleted) },
    errors: ["workflow_not_found", "precondition_failed"],
    handle: async ({ engine }, request, tenant, by) => {
      const name = request.params["name"] as string;
      const holds = preconditionOf(request);
      const { version, deletedAt } = await engine.deleteWorkflow(tenant, name, actorOf(request, by), holds);
      return jsonAnswer(200, { name, version, deleted_at: timeJson(deletedAt) });
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/:name",
    access: "session",
    id: "getWorkflow",
    tag: "workflows",
    summary: "One version with its text",
    params,
    query: { version: askedVersion, source: withDefault(flag("The text alone"), false) },
    headers: { "if-none-match": optional(text("`ETag` of what the caller has")) },
    answers: {
      304: { about: "It is what the caller has", headers: etag },
      200: {
        about: "The version, or its text",
        headers: etag,
        schema: workflow,
        content: { "application/yaml": text("The text of one in YAML, with `source`") },
      },
    },
    errors: ["workflow_not_found", "version_not_found"],
    handle: async ({ engine }, request, tenant) => {
      const { version, source } = request.asked;
      const stored = await engine.getWorkflow(tenant, request.params["name"] as string, version ?? null);
      const headers = { etag: entityTag(stored.tag, source ? ".source" : "") };
      if (isKnown(request, headers.etag)) return { status: 304, headers, body: null };
      if (!source) return jsonAnswer(200, workflowJson(stored), headers);
      // Byte for byte as it was put.
      const type = `application/${stored.format}; charset=utf-8`;
      return {
        status: 200,
        headers: { "content-type": type, "cache-control": "no-store", ...headers },
        body: stored.text,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/:name/stats",
    access: "session",
    id: "workflowStats",
    tag: "workflows",
    summary: "How the runs of a workflow ended lately",
    params,
    query: {
      hours: withDefault(whole("The current hour, and so many before it less one", 1, 168), 24),
      recent: withDefault(whole("Runs that ended last", 0, 200), 50),
    },
    answers: { 200: answer("Outcomes by the hour, and the latest runs", workflowStats) },
    errors: ["workflow_not_found"],
    handle: async ({ engine }, request, tenant) => {
      const { hours, recent } = request.asked;
      const { name } = await engine.getWorkflow(tenant, request.params["name"] as string, null);
      const stats = await engine.review.workflowStats(tenant, name, hours, recent);
      return jsonAnswer(200, wholeStatsJson(stats, hours));
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/:name/versions",
    access: "session",
    id: "listVersions",
    tag: "workflows",
    summary: "All versions of a workflow, highest first",
    params,
    query: pageQuery,
    answers: { 200: answer("Versions", page("versions", workflowItem)) },
    errors: ["invalid_cursor", "workflow_not_found"],
    handle: async ({ engine }, request, tenant) => {
      const { cursor, limit } = request.asked;
      const name = request.params["name"] as string;
      const { rows, next } = await engine.listVersions(tenant, name, cursor ?? null, limit);
      return jsonAnswer(200, { versions: rows.map(workflowItemJson), next });
    },
  }),
];
