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

  async token(): Promise<string> {
    const before = Math.min(renewBeforeMs, (this.#expiresAt - this.#openedAt) / 10);
    if (this.#token === "" || Date.now() >= this.#expiresAt - before) await this.#signIn();
    return this.#token;
  }

  async renew(refused: string): Promise<string | null> {
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
