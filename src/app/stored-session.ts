// The session of a tenant in the credentials file: used while it lasts, and opened anew by the keys that are there then.

import { ClientError } from "../client/client-error.ts";
import { endByThisClock } from "../client/end-by-this-clock.ts";
import { performHandshake } from "../client/perform-handshake.ts";
import { requireSameLog, rolledBack } from "../client/require-same-log.ts";
import { isRefused } from "../client/rotate-key.ts";
import type { TokenSource } from "../client/session.ts";
import type { AuditHead, Confirmation } from "../handshake/confirmation.ts";
import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";
import type { TenantId } from "../value/id.ts";
import { changeTenant, entryIn, settleRotation, type TenantEntry } from "./credentials.ts";
import { deviceOf } from "./device-of.ts";

/** One that ends sooner is not used any more: a request must not meet its end on the way. */
const marginMs = 30_000;

type SeenHead = NonNullable<TenantEntry["audit_head"]>;

interface StoredSessionOptions {
  /** False for who serves the data itself: it neither looks at the audit log's head nor keeps it. Default true. */
  readonly judges?: boolean;
  /** False for who tries keys that are not the file's: a refusal of those counts, whatever the file has. Default true. */
  readonly follows?: boolean;
}

export class StoredSession implements TokenSource {
  readonly #home: string;
  #entry: TenantEntry;
  readonly #judges: boolean;
  readonly #follows: boolean;
  #session: TenantEntry["session"];
  #expiresAt: number;
  #auditHead: SeenHead | null = null;
  #opening: Promise<string> | null = null;

  constructor(
    home: string,
    entry: TenantEntry,
    { judges = true, follows = true }: StoredSessionOptions = {},
  ) {
    this.#judges = judges;
    this.#follows = follows;
    this.#home = home;
    this.#entry = entry;
    this.#session = entry.session;
    this.#expiresAt = endOf(entry.session);
  }

  /** Milliseconds since 1970, as the server said; 0 without a session. */
  get expiresAt(): number {
    return this.#expiresAt;
  }

  /** Its token, while it lasts as far as is known here. */
  get present(): string | null {
    return this.expiresAt <= Date.now() ? null : (this.#session?.token ?? null);
  }

  /** The head that the last sign-in showed; null before one. */
  get auditHead(): SeenHead | null {
    return this.#auditHead;
  }

  async token(): Promise<string> {
    if (this.#session === null || endOf(this.#session) - marginMs <= Date.now()) return this.open();
    return this.#session.token;
  }

  async renew(refused: string): Promise<string | null> {
    if (this.#session !== null && this.#session.token !== refused) return this.#session.token;
    return this.open();
  }

  /** Signs in, and keeps the session for those who come later. Errors: as of `performHandshake`. */
  open(): Promise<string> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #open(): Promise<string> {
    const { tenant, url } = this.#entry;
    // Who was refused once gives this server no key again, until somebody has looked at the log.
    if (this.#judges && entryIn(this.#home, tenant)?.rolled_back === true) throw rolledBack(url);
    const { session: token, expiresAt, auditHead } = await this.#handshake();
    if (token === null || expiresAt === null) {
      throw new ClientError("unreachable", 0, "the server opened no session", null);
    }
    if (this.#judges) await this.#requireSameLog(token);
    this.#expiresAt = expiresAt;
    // A session that seems to be over is not opened anew by each command: this machine's clock may be ahead.
    this.#session = { token, expires_at: new Date(endByThisClock(expiresAt)).toISOString() };
    if (!this.#judges) {
      changeTenant(this.#home, tenant, { session: this.#session });
      return token;
    }
    this.#auditHead = { seq: auditHead.seq, mac: base64Url(auditHead.mac) };
    const isLater = auditHead.seq > (seenHead(this.#home, tenant)?.seq ?? -1);
    const head = isLater ? { audit_head: this.#auditHead } : {};
    changeTenant(this.#home, tenant, { session: this.#session, ...head });
    return token;
  }

  async #requireSameLog(token: string): Promise<void> {
    const { tenant, url } = this.#entry;
    const seen = seenHead(this.#home, tenant);
    if (seen === null) return;
    try {
      await requireSameLog(url, token, seen);
    } catch (error) {
      if (error instanceof ClientError && error.code === "server_rolled_back") {
        changeTenant(this.#home, tenant, { rolled_back: true });
      }
      throw error;
    }
  }

  /** A key that was replaced on this machine is refused: then by what the file has now. */
  async #handshake(): Promise<Confirmation> {
    try {
      return await this.#byKeysOf(this.#entry);
    } catch (error) {
      if (!this.#follows || !isRefused(error)) throw error;
      const now = entryIn(this.#home, this.#entry.tenant);
      if (now === null || hasSameKeys(now, this.#entry)) throw error;
      const { private_key, api_key, generation, next_private_key } = now;
      return this.#byKeysOf({ ...this.#entry, private_key, api_key, generation, next_private_key });
    }
  }

  /** By the next key, when a rotation has begun of which the answer was lost. */
  async #byKeysOf(entry: TenantEntry): Promise<Confirmation> {
    try {
      return await this.#by(entry);
    } catch (error) {
      const { tenant, next_private_key: private_key, generation } = entry;
      if (private_key === undefined || !isRefused(error)) throw error;
      const changes = { private_key, generation: generation + 1, next_private_key: undefined };
      const confirmation = await this.#by({ ...entry, ...changes });
      settleRotation(this.#home, tenant, changes);
      return confirmation;
    }
  }

  async #by(entry: TenantEntry): Promise<Confirmation> {
    const confirmation = await performHandshake(deviceOf(entry), "session");
    this.#entry = entry;
    return confirmation;
  }
}

/** By the clock of this machine, in milliseconds since 1970; 0 without one. */
function endOf(session: TenantEntry["session"]): number {
  return session === null ? 0 : Date.parse(session.expires_at);
}

function hasSameKeys(one: TenantEntry, other: TenantEntry): boolean {
  return (["private_key", "api_key", "generation", "next_private_key"] as const).every(
    (name) => one[name] === other[name],
  );
}

function seenHead(home: string, wanted: TenantId): AuditHead | null {
  const head = entryIn(home, wanted)?.audit_head;
  const mac = head == null ? null : bytesOfBase64Url(head.mac);
  return head == null || mac === null ? null : { seq: head.seq, mac };
}
