// The purpose `grant`: a workflow may start while nobody is signed in.

import type { Clock } from "../ports/clock.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Grants } from "./grants.ts";
import type { HandshakeAction } from "./handshake-action.ts";
import { type GrantRequest, type GrantWay, grantWays } from "./inbox-api.ts";

const dayMs = 86_400_000;
const names = ["type", "workflow", "triggers", "hosts", "verify", "days"];

/**
 * `{"type": "make_grant", "workflow", "triggers", "hosts", "verify", "days"}`: gives the grant's id, version and end. All
 * but the workflow may be left out: by every way, no hosts, no signatures, 90 days.
 */
export function grantAction(grants: Grants, clock: Clock): HandshakeAction {
  return async ({ tenant, action, use }) => {
    const request = requestOf(action, clock.now());
    const { id, version, expiresAt } = await grants.make(tenant.tenant, request, (entry) => use(entry));
    return { grant: id, version, expires_at: new Date(expiresAt).toISOString() };
  };
}

function requestOf(action: JsonObject, now: number): GrantRequest {
  const unknown = Object.keys(action).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalid(`the action has no member ${JSON.stringify(unknown)}`);
  const { type, workflow, triggers = [...grantWays], hosts = [], verify = false, days = 90 } = action;
  if (type !== "make_grant" || typeof workflow !== "string") {
    throw invalid("the action is make_grant with a `workflow`");
  }
  if (!areTexts(triggers) || !areTexts(hosts)) throw invalid("`triggers` and `hosts` are lists of texts");
  if (typeof verify !== "boolean" || typeof days !== "number") {
    throw invalid("`verify` is true or false, and `days` a number");
  }
  const expiresAt = Math.round(now + days * dayMs);
  return { workflow, triggers: triggers as readonly GrantWay[], hosts, verify, expiresAt };
}

function areTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function invalid(message: string): DispatchedError {
  return new DispatchedError("invalid_body", message);
}
