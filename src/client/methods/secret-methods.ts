// What all calls go by: secrets that they use, those that sign them, rules for the hosts.

import type { AnswerOf, BodyOf } from "../route-types.ts";
import { ControlMethods } from "./control-methods.ts";

type HostBounds = BodyOf<"PUT /api/hosts/{host}">;

interface HostRuleOptions {
  /** The `etag` that the rule must still have. */
  readonly ifMatch?: string;
  /** `*`: only when there is none for the host yet. */
  readonly ifNoneMatch?: "*";
}

export class SecretMethods extends ControlMethods {
  /** `allowedHosts`: null for anywhere; without it, what the secret had before stays. */
  putSecret(
    name: string,
    value: string,
    { allowedHosts }: { readonly allowedHosts?: readonly string[] | null } = {},
  ): Promise<AnswerOf<"PUT /api/secrets/{name}">> {
    const json = { value, ...(allowedHosts === undefined ? {} : { allowed_hosts: allowedHosts }) };
    return this.ask("PUT /api/secrets/{name}", { path: { name }, json });
  }

  listSecrets(): Promise<AnswerOf<"GET /api/secrets">> {
    return this.ask("GET /api/secrets");
  }

  async deleteSecret(name: string): Promise<void> {
    await this.ask("DELETE /api/secrets/{name}", { path: { name } });
  }

  /** The first secret that signs the tenant's calls. */
  createSigningSecret(): Promise<AnswerOf<"POST /api/signing-secrets">> {
    return this.ask("POST /api/signing-secrets");
  }

  /** Another one; the one before signs beside it for 72 hours. */
  rotateSigningSecret(): Promise<AnswerOf<"POST /api/signing-secrets/rotate">> {
    return this.ask("POST /api/signing-secrets/rotate");
  }

  listSigningSecrets(): Promise<AnswerOf<"GET /api/signing-secrets">> {
    return this.ask("GET /api/signing-secrets");
  }

  async revokeSigningSecret(id: string): Promise<void> {
    await this.ask("DELETE /api/signing-secrets/{id}", { path: { id } });
  }

  /** The tenant's rules for hosts, those of the operator's that it met, and how the hosts stand on the engine that answers. */
  listHostRules(): Promise<AnswerOf<"GET /api/hosts">> {
    return this.ask("GET /api/hosts");
  }

  /** Errors: `host_rule_not_found`. */
  hostRule(host: string): Promise<AnswerOf<"GET /api/hosts/{host}">> {
    return this.ask("GET /api/hosts/{host}", { path: { host } });
  }

  /**
   * `bounds`: `rate` (`10/1s`), `concurrency`, `breaker` (`5/30s`), `workflows` (all unless it is given). Errors: `invalid_host_rule` (with a problem for each bound),
   * `precondition_failed`.
   */
  putHostRule(
    host: string,
    bounds: HostBounds,
    { ifMatch, ifNoneMatch }: HostRuleOptions = {},
  ): Promise<AnswerOf<"PUT /api/hosts/{host}">> {
    const headers = {
      ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      ...(ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch }),
    };
    return this.ask("PUT /api/hosts/{host}", { path: { host }, json: bounds, headers });
  }

  /** Errors: `host_rule_not_found`, `precondition_failed`. */
  async deleteHostRule(host: string, { ifMatch }: Pick<HostRuleOptions, "ifMatch"> = {}): Promise<void> {
    const headers = ifMatch === undefined ? {} : { "if-match": ifMatch };
    await this.ask("DELETE /api/hosts/{host}", { path: { host }, headers });
  }
}
