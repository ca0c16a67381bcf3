// Why a service may have refused what it was sent: members of the body that came as null from what nobody had given.

import type { Template } from "../language/template.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { storedAt } from "../value/stored-body.ts";
import type { FailingTask } from "./failure-view.ts";

interface NullSent {
  /** As it is told: `customer.email` in its quotes, from the body's root. */
  readonly member: string;
  /** The path that gave it. */
  readonly source: string;
}

/** RFC 9110, sections 15.5.1 and 15.5.21: the request itself is what the service does not take. */
const refusals: ReadonlySet<number | null> = new Set([400, 422]);
const namedMax = 3;

/** "`to` came from `trigger.body.email`, which is null"; null where nothing of the kind was sent. */
export function nullsSent(failing: FailingTask): string | null {
  const found = foundIn(failing);
  if (found.length === 0) return null;
  const named = found.slice(0, namedMax).map(({ member, source }) => `${member} came from \`${source}\``);
  const more = found.length > namedMax ? ` and ${found.length - namedMax} more` : "";
  return `${named.join(", ")}${more}, which ${found.length === 1 ? "is" : "are"} null`;
}

/** The paths into the body of the trigger that gave them: another body may be what is wanted. */
export function missingInBody(failing: FailingTask): readonly string[] {
  const paths = foundIn(failing).map(({ source }) => source.trim());
  return [...new Set(paths.filter((path) => path.startsWith("trigger.body")))].slice(0, namedMax);
}

function foundIn({ step, task, failure }: FailingTask): readonly NullSent[] {
  if (!refusals.has(failure.status) || step.action.type !== "request") return [];
  const [asked, sent] = [step.action.request.body, task.request?.body ?? null];
  if (asked.type !== "json" || sent?.type !== "json") return [];
  if (storedAt(sent, "value") !== null) return [];
  const secrets = new Set(sent.holes.map(({ path }) => nameOf(path)));
  return nullsIn(asked.value, sent.value, []).filter(({ member }) => !secrets.has(member));
}

function nullsIn(
  template: Template,
  value: Json | undefined,
  path: readonly (string | number)[],
): readonly NullSent[] {
  switch (template.type) {
    case "expression": {
      const { lang, source } = template.expression;
      return value === null && lang === "path" ? [{ member: nameOf(path), source }] : [];
    }
    case "list":
      if (!Array.isArray(value)) return [];
      return template.items.flatMap((item, index) => nullsIn(item, value[index], [...path, index]));
    case "object": {
      if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
      // What is stored apart is no null, and stays unread.
      return template.entries.flatMap(([key, member]) =>
        storedAt(value, key) === null ? nullsIn(member, (value as JsonObject)[key], [...path, key]) : [],
      );
    }
    default:
      return [];
  }
}

function nameOf(path: readonly (string | number)[]): string {
  if (path.length === 0) return "the body";
  const parts = path.map((part, index) =>
    typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`,
  );
  return `\`${parts.join("")}\``;
}
