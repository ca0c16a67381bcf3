// Who calls: tenants and their sign-in, and what a credential says about whose data it opens.

import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import type { AuditActor } from "./audit-entry.ts";
import type { KnownRunToken } from "./run-tokens.ts";
import type { LinkedSession, ListedSession, SessionView } from "./sessions.ts";
import type { SignInLink } from "./sign-in-links.ts";
import type { NewTenant } from "./tenants.ts";

/**
 * What judges a credential gives null for what is none: unknown, ended, of another kind, or no token at all. `address` is
 * that of the caller, as far as it is known: what fails is limited by it.
 */
export interface Accounts {
  /** The tenant of a session's token; it is open here when this resolves. */
  bySession(token: string): Promise<TenantId | null>;
  /** The tenant of an API key: whose data a call is for. It opens none of them; things can be sealed to the tenant then. */
  byKey(apiKey: string): Promise<TenantId | null>;
  /** Of the run token of this very run. Errors: `locked`. */
  byRunToken(token: string, run: RunId): Promise<KnownRunToken | null>;

  /** @param publicKey 32 bytes. Errors: `registration_closed`, `too_many_attempts` (extra.retry_after). */
  createTenant(publicKey: Uint8Array, invite: string | null, address: string): Promise<NewTenant>;
  /** Errors: `handshake_refused`, `too_many_attempts` (extra.retry_after). */
  beginHandshake(apiKey: string, body: Json, address: string): Promise<Json>;
  /** Errors: as of `beginHandshake`, `wrong_key`, `invalid_body` for an action that is none. */
  confirmHandshake(body: Json, address: string): Promise<Json>;
  showSession(token: string): Promise<SessionView | null>;
  /** Those that last, the newest first. */
  listSessions(tenant: TenantId): Promise<readonly ListedSession[]>;
  /** Errors: `session_not_found`. @param id as it is listed */
  endSession(tenant: TenantId, id: string, by: AuditActor): Promise<void>;
  /** Errors: `private_key_needed`, `too_many_attempts`. @param token of the session that makes it */
  makeSignInLink(token: string, by: AuditActor): Promise<SignInLink>;
  /** Errors: `sign_in_link_refused`, `too_many_attempts`. */
  redeemSignInLink(code: string, address: string): Promise<LinkedSession>;
  /** Ends the session with what came of it by links, or with `all` every one of its tenant. */
  signOut(token: string, all: boolean, address: string): Promise<void>;
}
