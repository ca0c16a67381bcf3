// How many requests are open at once, streams and waits among them: of a tenant, and of all.

import type { TenantId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";

/** The log tells no more often that requests are refused. */
const tellMs = 60_000;

export class OpenRequests {
  readonly #allMax: number;
  readonly #tell: (tenant: TenantId, open: number) => void;
  readonly #of = new Map<TenantId, number>();
  #all = 0;
  #tellsAt = Number.NEGATIVE_INFINITY;

  /** @param tell that one was refused, of the tenant, while so many of all are open: once a minute at most */
  constructor(allMax: number, tell: (tenant: TenantId, open: number) => void) {
    this.#allMax = allMax;
    this.#tell = tell;
  }

  /**
   * Counts a request until what it gives is called, once.
   * @param now milliseconds since 1970. Errors: `too_many_open_requests`.
   */
  enter(tenant: TenantId, now: number): () => void {
    const open = this.#of.get(tenant) ?? 0;
    if (open >= limits.open_requests || this.#all >= this.#allMax) throw this.#full(tenant, open, now);
    this.#count(tenant, 1);
    return () => this.#count(tenant, -1);
  }

  #count(tenant: TenantId, by: 1 | -1): void {
    const open = (this.#of.get(tenant) ?? 0) + by;
    this.#all += by;
    if (open === 0) this.#of.delete(tenant);
    else this.#of.set(tenant, open);
  }

  #full(tenant: TenantId, open: number, now: number): DispatchedError {
    if (now >= this.#tellsAt) {
      this.#tellsAt = now + tellMs;
      this.#tell(tenant, this.#all);
    }
    const whose = open >= limits.open_requests ? "of the tenant" : "of all tenants";
    const message = `as many requests ${whose} are open as may, streams and waits among them`;
    const hint = "close streams that nobody reads; one stream of a list tells of all that is on it";
    const extra = { retry_after: 5 };
    return new DispatchedError("too_many_open_requests", message, { retryable: true, hint, extra });
  }
}
