// A session that renews itself: whoever holds the private key signs in again before it ends.

import type { AuditHead, Confirmation } from "../handshake/confirmation.ts";
import { ClientError } from "./client-error.ts";
import type { Device } from "./device.ts";
import { endByThisClock } from "./end-by-this-clock.ts";
import { performHandshake } from "./perform-handshake.ts";
import { requireSameLog } from "./require-same-log.ts";

/** Where a client takes the token of each request from. */
export interface TokenSource {
  /** One that lasts for a while. */
  token(): Promise<string>;
  /** Another one, after this was refused. Null when there is none to be had. */
  renew(refused: string): Promise<string | null>;
  /** Has `signOut` end the session by a source that is its alone. Once that is done nobody gets a token here any more. */
  end?(signOut: (last: TokenSource) => Promise<void>): Promise<void>;
}

/** Before its end, but not more than a tenth of its life. A refusal renews it, too, whatever the clocks say. */
const renewBeforeMs = 300_000;

export class Session implements TokenSource {
  readonly #device: Device;
  #token = "";
  #openedAt = 0;
  #expiresAt = 0;
  #auditHead: AuditHead | null = null;
  #renewal: Promise<void> | null = null;
  /** Null until somebody signs out, and again when that failed; then whether the session is over. */
  #ending: Promise<boolean> | null = null;

  constructor(device: Device) {
    this.#device = device;
  }

  get tenant(): string {
    return this.#device.tenant;
  }

  /** Milliseconds since 1970, by the clock of this device; 0 before the first sign-in. */
  get expiresAt(): number {
    return this.#expiresAt;
  }

  /** Errors: as of `performHandshake`; `unauthenticated` after `end`. */
  async token(): Promise<string> {
    await this.#requireLasting();
    return this.#valid();
  }

  async renew(refused: string): Promise<string | null> {
    await this.#requireLasting();
    return this.#another(refused);
  }

  /** Who needs a token meanwhile waits. What `signOut` throws is thrown, and the session goes on then. */
  async end(signOut: (last: TokenSource) => Promise<void>): Promise<void> {
    await this.#requireLasting();
    const last = { token: () => this.#valid(), renew: (refused: string) => this.#another(refused) };
    const done = signOut(last);
    this.#ending = done.then(
      () => true,
      () => {
        this.#ending = null;
        return false;
      },
    );
    await done;
  }

  async #requireLasting(): Promise<void> {
    while (this.#ending !== null) if (await this.#ending) throw signedOut();
  }

  async #valid(): Promise<string> {
    await this.#renewal;
    const before = Math.min(renewBeforeMs, (this.#expiresAt - this.#openedAt) / 10);
    if (this.#token === "" || Date.now() >= this.#expiresAt - before) await this.#signIn();
    return this.#token;
  }

  async #another(refused: string): Promise<string | null> {
    await this.#renewal;
    if (this.#token === refused) await this.#signIn();
    return this.#token;
  }

  /** One handshake at a time, however many requests wait for it. */
  #signIn(): Promise<void> {
    this.#renewal ??= performHandshake(this.#device, "session")
      .then((confirmation) => this.#take(confirmation))
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  async #take({ session, expiresAt, auditHead }: Confirmation): Promise<void> {
    if (session === null || expiresAt === null) {
      throw new ClientError("unreachable", 0, "the server opened no session", null);
    }
    if (this.#auditHead !== null) await requireSameLog(this.#device.url, session, this.#auditHead);
    this.#auditHead = auditHead;
    this.#token = session;
    this.#openedAt = Date.now();
    this.#expiresAt = endByThisClock(expiresAt);
  }
}

function signedOut(): ClientError {
  const detail = "this session was signed out";
  const hint = "`signIn` opens another one";
  return new ClientError("unauthenticated", 0, detail, { code: "unauthenticated", detail, hint });
}
