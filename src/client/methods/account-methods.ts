// The session, the tenant's key, the audit log, the server.

import type { AuditVerdictResource } from "../resources.ts";
import type { AnswerOf } from "../route-types.ts";
import { InboxMethods } from "./inbox-methods.ts";

export class AccountMethods extends InboxMethods {
  showSession(): Promise<AnswerOf<"GET /api/session">> {
    return this.ask("GET /api/session");
  }

  /** Ends this session, or with `all` every one of the tenant. What a client of `signIn` is asked later throws `unauthenticated`. */
  signOut(all = false): Promise<void> {
    return this.endBy(async (last) => {
      await last.ask("DELETE /api/session", { query: { all } });
    });
  }

  /** Those that last, the newest first. */
  listSessions(): Promise<AnswerOf<"GET /api/sessions">> {
    return this.ask("GET /api/sessions");
  }

  /** With the sessions that links of it opened. Errors: `session_not_found`. */
  async endSession(id: string): Promise<void> {
    await this.ask("DELETE /api/sessions/{id}", { path: { id } });
  }

  /** A code for `signInAddress`: good for one session, once, within 60 seconds. Errors: `private_key_needed`. */
  makeSignInLink(): Promise<AnswerOf<"POST /api/sign-in-links">> {
    return this.ask("POST /api/sign-in-links");
  }

  /** How far the last rotation of the tenant's key is. */
  showRotation(): Promise<AnswerOf<"GET /api/rotation">> {
    return this.ask("GET /api/rotation");
  }

  /** Newest first. */
  listAudit(cursor?: string, limit?: number): Promise<AnswerOf<"GET /api/audit">> {
    return this.ask("GET /api/audit", { query: { cursor, limit } });
  }

  /** @param seq of an entry whose code is known here: compare it with `at`, by `continuityOf`; @param later only what follows it */
  verifyAudit(seq: number, later = false): Promise<AnswerOf<"GET /api/audit/verify">> {
    return this.ask("GET /api/audit/verify", { query: { seq, later } });
  }

  /** @param lines of an export, at most a megabyte; @param after what they follow */
  verifyAuditLines(
    lines: readonly string[],
    after: AuditVerdictResource["head"] | null,
  ): Promise<AnswerOf<"POST /api/audit/verify">> {
    const query = after === null || after.seq === 0 ? {} : { seq: after.seq, mac: after.mac };
    const headers = { "content-type": "application/x-ndjson" };
    return this.ask("POST /api/audit/verify", { query, headers, text: lines.join("\n") });
  }

  /** @param permit as `permitAuditExport` gives it; @param after the number of the last line that was read, or 0 */
  exportAudit(permit: string, after: number): Promise<AnswerOf<"GET /api/audit/export">> {
    return this.ask("GET /api/audit/export", { query: { after }, headers: { "dispatched-export": permit } });
  }

  /** What a device must know of the server: its keys, and who may register. */
  showServer(): Promise<AnswerOf<"GET /api/server">> {
    return this.ask("GET /api/server");
  }

  /** Whether the server takes work. */
  ready(): Promise<AnswerOf<"GET /readyz">> {
    return this.ask("GET /readyz");
  }
}
