// Sign-in links: a session makes a code that opens one other session, once, within a minute, without the private key.

import { tokenHash } from "../handshake/token-hash.ts";
import { readToken, writeToken } from "../handshake/token-text.ts";
import type { SessionLink, SessionRow } from "../ports/account-store.ts";
import type { SealedSession } from "../ports/vault.ts";
import { DispatchedError } from "../value/problem.ts";
import { AttemptLimits } from "./attempt-limits.ts";
import type { Audit } from "./audit.ts";
import { type AuditActor, type AuditDraft, credentialId } from "./audit-entry.ts";
import { followEpoch } from "./follow-epoch.ts";
import type { EnginePorts } from "./ports.ts";
import type { LinkedSession, Sessions } from "./sessions.ts";

export interface SignInLink {
  /** `dst_link_…` */
  readonly code: string;
  readonly expiresAt: number;
}

type LinkPorts = Pick<EnginePorts, "store" | "vault" | "clock" | "entropy" | "log">;
type LinkedRow = SessionRow & { readonly link: SessionLink };
type UnsealedRow = Omit<LinkedRow, keyof SealedSession>;

/** Long enough for a browser to start. */
const lifetimeMs = 60_000;
const made = { burst: 20, refillMs: 3_000 } as const;
const failures = { burst: 20, refillMs: 3_000 } as const;
/** Epochs that may begin while a row is sealed and stored. */
const triesMax = 3;

export class SignInLinks {
  readonly #ports: LinkPorts;
  readonly #audit: Audit;
  readonly #sessions: Sessions;
  readonly #made = new AttemptLimits(made);
  readonly #failedBy = new AttemptLimits(failures);

  constructor(ports: LinkPorts, audit: Audit, sessions: Sessions) {
    this.#ports = ports;
    this.#audit = audit;
    this.#sessions = sessions;
  }

  /**
   * Errors: `unauthenticated`; `private_key_needed`, for a session that came of a link itself, so that what a browser
   * holds multiplies by nothing; `too_many_attempts`.
   */
  async make(token: string, by: AuditActor): Promise<SignInLink> {
    const parent = await this.#sessions.find(token);
    if (parent === null) throw ended();
    if (parent.link !== undefined) {
      const message = "a session that came of a sign-in link makes none";
      const hint = "`dispatched open`, on a machine that has the private key, makes one";
      throw new DispatchedError("private_key_needed", message, { hint });
    }
    const { tenant, expiresAt: endsAt } = parent;
    const now = this.#ports.clock.now();
    this.#made.use(tenant, now);
    const code = writeToken("link", this.#ports.entropy.bytes(32));
    const expiresAt = Math.min(now + lifetimeMs, endsAt);
    const link = { parent: parent.token, isUsed: false };
    const own = {
      tenant,
      token: tokenHash(code),
      generation: parent.generation,
      createdAt: now,
      expiresAt,
      link,
    };
    const stored = await this.#sessions.hold(tenant, async () => {
      if (!(await this.#sessions.reopen(parent, token))) return null;
      return this.#store(own, sealedBy(code, endsAt), null, (row) => madeDraft(row, by));
    });
    if (stored === null) throw ended();
    return { code, expiresAt };
  }

  /**
   * The session that the code opens: it ends when the one does that made the link. The code is not compared but looked up by
   * its hash, and whatever is wrong is answered alike. Errors: `sign_in_link_refused`, `too_many_attempts`.
   */
  async redeem(code: string, address: string): Promise<LinkedSession> {
    const opened = readToken(code)?.kind === "link" ? await this.#open(code, address) : null;
    if (opened !== null) return opened;
    // A code that is right is let in all the same: its owner may share the address with whoever guesses.
    this.#failedBy.use(address, this.#ports.clock.now());
    const message = "the code opens nothing: it was used, is older than 60 seconds, or is none";
    throw new DispatchedError("sign_in_link_refused", message, { hint: "`dispatched open` makes another" });
  }

  async #open(code: string, address: string): Promise<LinkedSession | null> {
    const { clock, entropy } = this.#ports;
    const row = await this.#row(tokenHash(code), false);
    const parent = row?.link === undefined ? null : await this.#row(row.link.parent, true);
    if (row === null || parent === null || parent.tenant !== row.tenant) return null;
    const { tenant } = row;
    const { expiresAt } = parent;
    return this.#sessions.hold(tenant, async () => {
      if (!(await this.#sessions.reopen(row, sealedBy(code, expiresAt)))) return null;
      const token = writeToken("session", entropy.bytes(32));
      const session: UnsealedRow = {
        tenant,
        token: tokenHash(token),
        generation: row.generation,
        createdAt: clock.now(),
        expiresAt,
        link: { parent: parent.token, isUsed: true },
      };
      const by = { type: "link", id: credentialId(row.token), address: address || null } as const;
      const stored = await this.#store(session, token, row.token, (linked) => openedDraft(linked, by));
      if (stored === null) return null;
      this.#sessions.know(token, stored);
      const { createdAt } = session;
      return { tenant, createdAt, expiresAt, token };
    });
  }

  /** Null for what is not there, has ended or is of the other kind. @param isSession false for a link */
  async #row(hash: Uint8Array, isSession: boolean): Promise<SessionRow | null> {
    const [row] = await this.#ports.store.accounts.readSessions([hash]);
    if (row === undefined || row.expiresAt <= this.#ports.clock.now()) return null;
    return (row.link?.isUsed ?? true) === isSession ? row : null;
  }

  /** Null when what it comes of is not there any more. @param text what it is sealed by */
  async #store(
    own: UnsealedRow,
    text: string,
    uses: Uint8Array | null,
    draftOf: (row: LinkedRow) => AuditDraft,
  ) {
    const { vault, store } = this.#ports;
    const { tenant, expiresAt } = own;
    for (let tries = 0; tries < triesMax; tries++) {
      const row: LinkedRow = { ...own, ...vault.sealSession(tenant, { token: text, expiresAt }) };
      const result = await this.#audit.with(tenant, draftOf(row), (append) =>
        store.accounts.linkSession(row, uses, append),
      );
      if (result !== "stale_epoch") return result === "linked" ? row : null;
      await followEpoch(this.#ports);
    }
    return null;
  }
}

function madeDraft({ token, expiresAt }: LinkedRow, by: AuditActor): AuditDraft {
  const fields = { link: credentialId(token), expires_at: new Date(expiresAt).toISOString() };
  return { action: "sign_in_link.made", by, fields };
}

function openedDraft({ token, link, generation, epoch, expiresAt }: LinkedRow, by: AuditActor): AuditDraft {
  const ids = { session: credentialId(token), parent: credentialId(link.parent) };
  const fields = {
    ...ids,
    purpose: "link",
    generation,
    epoch,
    expires_at: new Date(expiresAt).toISOString(),
  };
  return { action: "session.opened", by, fields };
}

/** Binds a link also to the end of the session that it opens, which stands in another row. */
function sealedBy(code: string, endsAt: number): string {
  return `${code} ${endsAt}`;
}

function ended(): DispatchedError {
  return new DispatchedError("unauthenticated", "the session has ended");
}
