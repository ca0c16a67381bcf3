// What a workflow uses beyond itself: the services it calls, the secrets it names, other workflows, events.

import type { RequestTemplate } from "./request-template.ts";
import { textParts } from "./template/text-parts.ts";
import type { Template } from "./template.ts";
import type { Step, Workflow } from "./workflow.ts";

export interface WorkflowUses {
  readonly hosts: readonly HostUse[];
  /** Names, each once. */
  readonly secrets: readonly string[];
  readonly children: readonly ChildUse[];
  readonly events: readonly EventUse[];
}

/** A service that steps call, whose token endpoint they ask, or by which they undo. */
export interface HostUse {
  /** As `allowed_hosts` of a secret writes it: `api.example.com`, `127.0.0.1:4100`; null when it is dynamic. */
  readonly host: string | null;
  /** Scheme and host as an address begins with them; null when it is dynamic. */
  readonly origin: string | null;
  /** An expression or a secret decides which host it is. */
  readonly dynamic: boolean;
  /** Ids of the steps, in the order of the document. */
  readonly steps: readonly string[];
}

export interface ChildUse {
  readonly workflow: string;
  /** Null for the highest at the time of the start. */
  readonly version: number | null;
  readonly steps: readonly string[];
}

export interface EventUse {
  /** The CloudEvents `type`. */
  readonly type: string;
  /** Starts a run, or is awaited by `steps`. */
  readonly starts: boolean;
  readonly steps: readonly string[];
}

/** In the order of the document. Where an answer leads (redirects, next pages, `poll` directives) is not in it. */
export function usesOf({ triggers, steps, names }: Workflow): WorkflowUses {
  const verified = triggers.flatMap((trigger) =>
    trigger.type === "http" && trigger.verify !== null ? [trigger.verify.secret] : [],
  );
  return {
    hosts: hostsOf(steps),
    secrets: [...new Set([...verified, ...names.secrets])],
    children: childrenOf(steps),
    events: eventsOf(triggers, steps),
  };
}

function hostsOf(steps: readonly Step[]): readonly HostUse[] {
  const found = new Map<string | null, string[]>();
  for (const { id, action } of steps) {
    for (const template of addressesOf(action)) {
      const origin = originIn(template);
      if (origin !== undefined) note(found, origin, id);
    }
  }
  return [...found].map(([origin, ids]) => {
    return {
      host: origin?.replace(/^https?:\/\//, "") ?? null,
      origin,
      dynamic: origin === null,
      steps: ids,
    };
  });
}

function addressesOf(action: Step["action"]): readonly Template[] {
  const requests: RequestTemplate[] = [];
  if (action.type === "request") requests.push(action.request);
  if ("compensate" in action && action.compensate !== null) requests.push(action.compensate.request);
  return requests.flatMap(({ url, auth }) => {
    const token = auth?.type === "oauth2" ? auth.texts["token_url"] : undefined;
    return token === undefined ? [url] : [url, token];
  });
}

const begun = /^(https?):\/\/([^/?#]*)([/?#])?/i;
const authority = /^(\[[0-9a-f:.]+\]|[^[\]:@\s\\]+)(?::(\d{1,5}))?$/i;

/** Null when it is not known before a run; undefined for what is no address that could be called. */
function originIn(template: Template): string | null | undefined {
  const [first, ...rest] = textParts(template);
  if (typeof first !== "string") return first === undefined ? undefined : null;
  const whole = rest.length === 0;
  const [, scheme = "", written = "", closed] = begun.exec(first) ?? [];
  if (scheme === "") return whole || first.startsWith("/") ? undefined : null;
  if (!whole && closed === undefined) return null;
  const [, name, port] = authority.exec(written) ?? [];
  if (name === undefined) return undefined;
  const usual = scheme.toLowerCase() === "https" ? 443 : 80;
  const shown = port === undefined || Number(port) === usual ? "" : `:${Number(port)}`;
  return `${scheme}://${name}${shown}`.toLowerCase();
}

function childrenOf(steps: readonly Step[]): readonly ChildUse[] {
  const found = new Map<string, { workflow: string; version: number | null; steps: string[] }>();
  for (const { id, action } of steps) {
    if (action.type !== "workflow") continue;
    const key = `${action.name} ${action.version ?? ""}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { workflow: action.name, version: action.version, steps: [id] });
    else known.steps.push(id);
  }
  return [...found.values()];
}

function eventsOf(triggers: Workflow["triggers"], steps: readonly Step[]): readonly EventUse[] {
  const starting = new Set(triggers.flatMap((one) => (one.type === "event" ? [one.event] : [])));
  const found = new Map<string, string[]>([...starting].map((type) => [type, []]));
  for (const { id, action } of steps) {
    if (action.type === "wait" && action.wait.for.type === "event") note(found, action.wait.for.event, id);
  }
  return [...found].map(([type, ids]) => ({ type, starts: starting.has(type), steps: ids }));
}

function note<Key>(found: Map<Key, string[]>, key: Key, id: string): void {
  const ids = found.get(key) ?? [];
  if (!ids.includes(id)) ids.push(id);
  found.set(key, ids);
}
