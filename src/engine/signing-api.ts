// What the engine offers of the secrets that sign its calls.

import type { TenantId } from "../value/id.ts";
import type { AuditActor } from "./audit-entry.ts";

export interface SigningView {
  /** `keyid` of its signatures. */
  readonly id: string;
  readonly createdAt: number;
  /** It signs up to this moment, beside the one that took its place; null for the one that signs until it is replaced. */
  readonly signsUntil: number | null;
}

export interface NewSigningSecret extends SigningView {
  /** Shown this once. Its UTF-8 bytes are the key. */
  readonly secret: string;
}

export interface SigningApi {
  list(tenant: TenantId): Promise<readonly SigningView[]>;
  /** The first one. Errors: `signing_secret_exists`, `locked`. */
  make(tenant: TenantId, by?: AuditActor): Promise<NewSigningSecret>;
  /** A new one; the one before signs for 72 hours more. Errors: `signing_secret_not_found`, `signing_secret_rotating`, `locked`. */
  rotate(tenant: TenantId, by?: AuditActor): Promise<NewSigningSecret>;
  /** It signs nothing from now on. Errors: `signing_secret_not_found`, `locked`. */
  revoke(tenant: TenantId, id: string, by?: AuditActor): Promise<void>;
}
