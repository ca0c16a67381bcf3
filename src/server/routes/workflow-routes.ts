// Workflows: put, get, list.

import type { DocumentFormat } from "../../engine/engine-api.ts";
import { limits } from "../../value/limits.ts";
import { DispatchedError } from "../../value/problem.ts";
import { actorOf } from "../actor-of.ts";
import { documentProblemJson, workflowItemJson, workflowJson } from "../api-json.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "../api-request.ts";
import { jsonAnswer, pageLimit, queryFlag, queryNumber, queryVersion, type Route } from "../route.ts";

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

export const workflowRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/workflows",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const limit = queryNumber(request, "limit", pageLimit);
      const page = await engine.listWorkflows(tenant, request.query.get("cursor"), limit);
      return jsonAnswer(200, { workflows: page.rows.map(workflowItemJson), next: page.next });
    },
  },
  {
    method: "PUT",
    path: "/api/workflows/:name",
    access: "session",
    handle: async ({ engine }, request, tenant, by) => {
      const format = formatOf(request);
      const dryRun = queryFlag(request, "dry_run", false);
      const text = await readBody(request, limits.document_bytes);
      const name = request.params["name"] as string;
      const put = await engine.putWorkflow(tenant, { name, text, format, dryRun }, actorOf(request, by));
      const warnings = put.warnings.map(documentProblemJson);
      const body = {
        name: put.name,
        version: put.version,
        status: put.status,
        warnings,
        ended_grant: put.endedGrant,
      };
      return jsonAnswer(put.status === "created" ? 201 : 200, body);
    },
  },
  {
    method: "GET",
    path: "/api/workflows/:name",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const stored = await engine.getWorkflow(
        tenant,
        request.params["name"] as string,
        queryVersion(request),
      );
      if (!queryFlag(request, "source", false)) return jsonAnswer(200, workflowJson(stored));
      // Byte for byte as it was put.
      return {
        status: 200,
        headers: {
          "content-type": `application/${stored.format}; charset=utf-8`,
          "cache-control": "no-store",
        },
        body: stored.text,
      };
    },
  },
  {
    method: "GET",
    path: "/api/workflows/:name/versions",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const limit = queryNumber(request, "limit", pageLimit);
      const name = request.params["name"] as string;
      const page = await engine.listVersions(tenant, name, request.query.get("cursor"), limit);
      return jsonAnswer(200, { versions: page.rows.map(workflowItemJson), next: page.next });
    },
  },
];
