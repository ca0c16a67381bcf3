// The rules of tenants for the hosts that they call. Those of one stand in one record among its secrets.

import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type CalledHost, isHostRule, notHost } from "./allowed-hosts.ts";
import { readWorkflows } from "./allowed-workflows.ts";
import { type AuditActor, type AuditDraft, someSession } from "./audit-entry.ts";
import { readBounds, type WrittenBounds, writeBounds } from "./host-bounds.ts";
import type { GateStanding } from "./host-gate.ts";
import type { HostBounds, HostRule, TenantRule } from "./host-rule.ts";
import { hostRulesName } from "./kept-names.ts";
import type { EnginePorts } from "./ports.ts";
import type { Secrets } from "./secrets.ts";

/** As people write a rule; `workflows` null or left out are all. */
export interface WrittenRule extends WrittenBounds {
  readonly workflows?: readonly string[] | null | undefined;
}

/** How long another node may go by the rules as they were; here a change holds at once. */
const freshMs = 1_000;
/** Tenants remembered; beyond it those read first are read again. */
const knownMax = 1_000;

/** As the record holds them. */
interface Kept {
  /** The highest edition that there ever was. */
  readonly edition: number;
  readonly rules: readonly TenantRule[];
}

interface Known extends Kept {
  readonly readAt: number;
}

/** Where the rules hold. */
export interface GatesByRules {
  /** The rules of a tenant may be others than before. */
  follow(tenant: TenantId, rules: readonly TenantRule[]): void;
  /** How the hosts that a rule is for stand: those that were called lately. */
  standing(tenant: TenantId, edition: number): readonly HostStanding[];
  /** The operator's rules for hosts that calls of the tenant went to lately. */
  met(tenant: TenantId): readonly MetRule[];
}

/** A rule of the operator's as one tenant meets it. */
export interface MetRule {
  readonly rule: HostRule;
  /** Hosts that calls of the tenant went to lately. */
  readonly hosts: readonly HostStanding[];
}

/** How one host stands on this engine. */
export interface HostStanding extends GateStanding {
  readonly called: CalledHost;
}

type SaidOfHost = HostBounds & Pick<TenantRule, "workflows">;

/** Must hold for the edition of the rule that is there, null for none. */
export type HostPrecondition = (tag: string | null) => boolean;

const none: Kept = { edition: 0, rules: [] };

export class HostRules {
  readonly #ports: Pick<EnginePorts, "clock">;
  readonly #secrets: Pick<Secrets, "change" | "find">;
  readonly #known = new Map<TenantId, Known>();
  #gates: GatesByRules | null = null;

  constructor(ports: Pick<EnginePorts, "clock">, secrets: Pick<Secrets, "change" | "find">) {
    this.#ports = ports;
    this.#secrets = secrets;
  }

  /** Set once. */
  useGates(gates: GatesByRules): void {
    this.#gates = gates;
  }

  /** How the hosts that a rule is for stand on this engine: those that were called lately. */
  standing(tenant: TenantId, { edition }: TenantRule): readonly HostStanding[] {
    return this.#gates?.standing(tenant, edition) ?? [];
  }

  /** The operator's rules that calls of the tenant met lately on this engine: of others it learns nothing. */
  met(tenant: TenantId): readonly MetRule[] {
    return this.#gates?.met(tenant) ?? [];
  }

  /** Those that hold, as they were read a moment ago; null when they must be read. */
  known(tenant: TenantId): readonly TenantRule[] | null {
    const known = this.#known.get(tenant);
    return known === undefined || known.readAt + freshMs < this.#ports.clock.now() ? null : known.rules;
  }

  /** Those that held when they were read last; null when they were not. */
  last(tenant: TenantId): readonly TenantRule[] | null {
    return this.#known.get(tenant)?.rules ?? null;
  }

  /** Those that hold. Errors: `locked`, those of the store. */
  async find(tenant: TenantId): Promise<readonly TenantRule[]> {
    const known = this.known(tenant);
    if (known !== null) return known;
    const [record] = (await this.#secrets.find(tenant, [hostRulesName])).found;
    return this.#keep(tenant, keptIn(record?.value ?? null));
  }

  /** By their hosts. Errors: `locked`, those of the store. */
  async list(tenant: TenantId): Promise<readonly TenantRule[]> {
    const [record] = (await this.#secrets.find(tenant, [hostRulesName])).found;
    return keptIn(record?.value ?? null).rules;
  }

  /** Errors: `host_rule_not_found`, `locked`. */
  async get(tenant: TenantId, host: string): Promise<TenantRule> {
    const rule = (await this.list(tenant)).find((one) => one.host === host.toLowerCase());
    if (rule === undefined) throw notFound(host);
    return rule;
  }

  /**
   * Takes the place of the rule for the same host; the same again changes nothing. It holds here when this resolves, at other
   * nodes within a moment. Errors: `invalid_host_rule`, `too_many_host_rules`, `precondition_failed`, `locked`.
   */
  async put(
    tenant: TenantId,
    host: string,
    written: WrittenRule,
    by: AuditActor = someSession,
    precondition: HostPrecondition = () => true,
  ): Promise<{ readonly rule: TenantRule; readonly created: boolean }> {
    const name = host.toLowerCase();
    if (!isHostRule(name)) throw invalid(notHost(host), hostHint);
    const said = ruleOf(name, written);
    const texts = ruleTexts(said);
    return this.#change(tenant, ({ edition, rules }) => {
      const there = rules.find((one) => one.host === name) ?? null;
      if (!precondition(tagOf(there))) throw preconditionFailed(name);
      if (there === null && rules.length >= limits.host_rules) throw tooMany();
      const isSame = there !== null && JSON.stringify(ruleTexts(there)) === JSON.stringify(texts);
      const next = edition + 1;
      const rule = isSame
        ? there
        : { host: name, ...said, edition: next, updatedAt: this.#ports.clock.now() };
      const others = rules.filter((one) => one !== there);
      const sorted = [...others, rule].sort((a, b) => (a.host < b.host ? -1 : 1));
      return {
        kept: { edition: rule.edition === next ? next : edition, rules: sorted },
        draft: { action: "host_rule.put", by, fields: {}, texts: { host: name, ...texts } },
        done: { rule, created: there === null },
      };
    });
  }

  /** Errors: `host_rule_not_found`, `precondition_failed`, `locked`. */
  delete(
    tenant: TenantId,
    host: string,
    by: AuditActor = someSession,
    precondition: HostPrecondition = () => true,
  ): Promise<void> {
    const name = host.toLowerCase();
    return this.#change(tenant, ({ edition, rules }) => {
      const there = rules.find((one) => one.host === name);
      if (there === undefined) throw notFound(host);
      if (!precondition(tagOf(there))) throw preconditionFailed(name);
      return {
        kept: { edition: edition + 1, rules: rules.filter((one) => one !== there) },
        draft: { action: "host_rule.deleted", by, fields: {}, texts: { host: name } },
        done: undefined,
      };
    });
  }

  forget(tenant: TenantId): void {
    this.#known.delete(tenant);
  }

  async #change<Done>(
    tenant: TenantId,
    change: (there: Kept) => { readonly kept: Kept; readonly draft: AuditDraft; readonly done: Done },
  ): Promise<Done> {
    let written: Kept = none;
    try {
      const done = await this.#secrets.change(tenant, hostRulesName, (value) => {
        const next = change(keptIn(value));
        written = next.kept;
        return { value: JSON.stringify(next.kept), draft: next.draft, done: next.done };
      });
      this.#keep(tenant, written);
      return done;
    } catch (error) {
      // Whether it was written is not known, or what is known here was not the last.
      this.forget(tenant);
      throw error;
    }
  }

  /** What is older than what is known says nothing: a write here may have come between. */
  #keep(tenant: TenantId, kept: Kept): readonly TenantRule[] {
    const before = this.#known.get(tenant);
    if (before !== undefined && before.edition > kept.edition) return before.rules;
    const oldest = this.#known.keys().next();
    this.#known.delete(tenant);
    if (this.#known.size >= knownMax && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(tenant, { ...kept, readAt: this.#ports.clock.now() });
    if (before?.edition !== kept.edition) this.#gates?.follow(tenant, kept.rules);
    return kept.rules;
  }
}

const hostHint = "a host is a name as in a URL: `api.example.com`, `*.example.com`, `localhost:8080`";

/** Names the edition of a rule in an `ETag`; null for none. */
export function tagOf(rule: TenantRule | null): string | null {
  return rule === null ? null : String(rule.edition);
}

function keptIn(value: string | null): Kept {
  if (value === null) return none;
  const { edition, rules } = JSON.parse(value) as Kept;
  // What was put before there were lists has none.
  return { edition, rules: rules.map((rule) => ({ ...rule, workflows: rule.workflows ?? null })) };
}

/** Errors: `invalid_host_rule` (extra.problems: `pointer` into what was written, `message`). */
function ruleOf(host: string, written: WrittenRule): SaidOfHost {
  const read = readBounds(written);
  const workflows = readWorkflows(written.workflows);
  const wrong = [
    ...(read.ok ? [] : read.problems.map(({ bound, message }) => ({ member: bound, message }))),
    ...(typeof workflows === "string" ? [{ member: "workflows", message: workflows }] : []),
  ];
  if (!read.ok || typeof workflows === "string") {
    const problems = wrong.map(({ member, message }) => ({
      pointer: `/${member}`,
      code: "invalid_host_rule",
      message,
    }));
    const example = "such as rate 10/1s, concurrency 4, breaker 5/30s, workflows process-order and billing-*";
    throw invalid(problems[0]?.message ?? "", example, { problems });
  }
  const { rate, concurrency, breaker } = read.bounds;
  if (rate === null && concurrency === null && breaker === null && workflows === null)
    throw invalid(`nothing is said of ${host}`, "give a rate, a concurrency, a breaker or workflows");
  return { ...read.bounds, workflows };
}

function ruleTexts({ workflows, ...bounds }: SaidOfHost) {
  const { rate, concurrency, breaker } = writeBounds(bounds);
  return {
    ...(rate === null ? {} : { rate }),
    ...(concurrency === null ? {} : { concurrency: String(concurrency) }),
    ...(breaker === null ? {} : { breaker }),
    ...(workflows === null ? {} : { workflows: workflows.join(" ") }),
  };
}

function invalid(message: string, hint: string, extra: JsonObject = {}): DispatchedError {
  return new DispatchedError("invalid_host_rule", message, { hint, extra });
}

function notFound(host: string): DispatchedError {
  return new DispatchedError("host_rule_not_found", `there is no rule for ${host.slice(0, 253)}`);
}

function preconditionFailed(host: string): DispatchedError {
  return new DispatchedError(
    "precondition_failed",
    `the rule for ${host} is not what the request expects it to be`,
  );
}

function tooMany(): DispatchedError {
  const message = `a tenant has at most ${limits.host_rules} rules for hosts`;
  return new DispatchedError("too_many_host_rules", message, {
    hint: "one for `*.example.com` is for every host below it",
  });
}
