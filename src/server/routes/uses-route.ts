// What a workflow uses: services, secrets, other workflows, events.

import type { EngineApi } from "../../engine/engine-api.ts";
import { parseWorkflow } from "../../language/parse-workflow.ts";
import { type ChildUse, usesOf } from "../../language/uses-of.ts";
import type { TenantId } from "../../value/id.ts";
import type { JsonObject } from "../../value/json.ts";
import { DispatchedError } from "../../value/problem.ts";
import { answer } from "../describe-route.ts";
import { jsonAnswer, route } from "../route.ts";
import { askedVersion, workflowName } from "../schemas/parts.ts";
import { workflowUses } from "../schemas/uses-schemas.ts";

export const usesRoute = route({
  method: "GET",
  path: "/api/workflows/:name/uses",
  access: "session",
  id: "workflowUses",
  tag: "workflows",
  summary: "What a workflow uses: hosts, secrets, other workflows, events",
  about: "As the document says it: where an answer leads (redirects, next pages) is not in it.",
  params: { name: workflowName },
  query: { version: askedVersion },
  answers: { 200: answer("What it uses", workflowUses) },
  errors: ["workflow_not_found", "version_not_found", "invalid_document"],
  handle: async ({ engine }, { params, asked }, tenant) => {
    const { name, version, text, format } = await engine.getWorkflow(
      tenant,
      params["name"] as string,
      asked.version ?? null,
    );
    const parsed = parseWorkflow(text, format, { stored: true });
    if (!parsed.ok) {
      const extra = { problems: parsed.problems };
      throw new DispatchedError("invalid_document", "the version is no document any more", { extra });
    }
    const { hosts, secrets, children, events } = usesOf(parsed.workflow);
    const stored = new Set((await engine.listSecrets(tenant)).map((secret) => secret.name));
    return jsonAnswer(200, {
      name,
      version,
      hosts: hosts.map((host) => ({ ...host })),
      secrets: secrets.map((secret) => ({ name: secret, exists: stored.has(secret) })),
      children: await Promise.all(children.map((child) => childJson(engine, tenant, child))),
      events: events.map((event) => ({ ...event })),
    });
  },
});

async function childJson(engine: EngineApi, tenant: TenantId, child: ChildUse): Promise<JsonObject> {
  try {
    const { deletedAt } = await engine.getWorkflow(tenant, child.workflow, child.version);
    return { ...child, exists: deletedAt === null };
  } catch (error) {
    const missing: readonly string[] = ["workflow_not_found", "version_not_found"];
    if (!(error instanceof DispatchedError) || !missing.includes(error.code)) throw error;
    return { ...child, exists: false };
  }
}
