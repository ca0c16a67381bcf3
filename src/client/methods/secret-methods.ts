// Secrets that calls use, and those that sign them.

import type { AnswerOf } from "../route-types.ts";
import { ControlMethods } from "./control-methods.ts";

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
}
