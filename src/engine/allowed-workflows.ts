// The workflows that may call a host: what a list of them may say, and whether it lets a call go.

import { limits } from "../value/limits.ts";
import type { CalledHost } from "./allowed-hosts.ts";
import type { CallRefusal } from "./authorized-call.ts";
import { keyOf, ruleFor, type TenantRule } from "./host-rule.ts";

/** Null: all. */
export type AllowedWorkflows = readonly string[] | null;

/** `process-order`, or `process-*` for every name that begins so. */
const entry = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*|[a-z0-9-]*\*)$/;
const nameLengthMax = 64;

/** Each once, in their order; a text says what is wrong. */
export function readWorkflows(written: readonly string[] | null | undefined): AllowedWorkflows | string {
  if (written === null || written === undefined) return null;
  if (written.length === 0) return "the list is empty, so that no workflow could call the host";
  if (written.length > limits.host_rule_workflows)
    return `the list has more than ${limits.host_rule_workflows} entries`;
  const wrong = written.find((one) => one.length > nameLengthMax || !entry.test(one));
  if (wrong === undefined) return [...new Set(written)];
  return `\`${wrong.slice(0, 100)}\` is neither the name of a workflow nor the beginning of names, such as process-*`;
}

function names(workflows: AllowedWorkflows, workflow: string): boolean {
  return (
    workflows === null ||
    workflows.some((one) => (one.endsWith("*") ? workflow.startsWith(one.slice(0, -1)) : workflow === one))
  );
}

/**
 * Why a run of the workflow may not call the host; null when it may. The most exact rule alone decides; where the host cannot be
 * told for certain (null), each that might be for it.
 */
export function refuseWorkflow(
  rules: readonly TenantRule[],
  called: CalledHost | null,
  workflow: string,
): CallRefusal | null {
  const rule =
    called === null ? rules.find(({ workflows }) => !names(workflows, workflow)) : ruleFor(rules, called);
  if (rule === undefined || names(rule.workflows, workflow)) return null;
  const host = called === null ? "a host of such a name" : keyOf(called);
  return {
    type: "refused",
    reason: "request",
    code: "workflow_host_not_allowed",
    message: `the workflow ${workflow} may not call ${host}: the rule for ${rule.host} does not name it; if it may, add it to the rule's workflows`,
  };
}
