// The secrets that sign the calls of a tenant: one, or two while it changes. They stand in one record among its secrets.

import { base64Url } from "../value/base64-url.ts";
import { newId, type TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { type AuditActor, type AuditDraft, someSession } from "./audit-entry.ts";
import { signingName } from "./kept-names.ts";
import type { EnginePorts } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import type { NewSigningSecret, SigningApi, SigningView } from "./signing-api.ts";

/** How long the one before signs beside its successor. */
const overlapMs = 72 * 3_600_000;
/** How long another node may sign as before when they change; here a change counts at once. */
const freshMs = 1_000;
/** Tenants remembered; beyond it those read first are read again. */
const knownMax = 1_000;
const keyBytes = 32;

export interface SigningSecret extends SigningView {
  readonly secret: string;
}

interface Known {
  readonly secrets: readonly SigningSecret[];
  readonly readAt: number;
}

export class SigningSecrets implements SigningApi {
  readonly #ports: EnginePorts;
  readonly #secrets: Pick<Secrets, "change" | "find">;
  readonly #known = new Map<TenantId, Known>();

  constructor(ports: EnginePorts, secrets: Pick<Secrets, "change" | "find">) {
    this.#ports = ports;
    this.#secrets = secrets;
  }

  async list(tenant: TenantId): Promise<readonly SigningView[]> {
    const secrets = await this.#read(tenant);
    return this.#signing(secrets).map(viewOf);
  }

  make(tenant: TenantId, by: AuditActor = someSession): Promise<NewSigningSecret> {
    return this.#change(tenant, (there) => {
      if (there.length > 0) {
        throw new DispatchedError("signing_secret_exists", "calls are signed already", {
          hint: "rotate it: the one there is goes on for 72 hours beside the new one",
        });
      }
      const made = this.#create();
      return { secrets: [made], draft: draftOf("signing_secret.made", by, made), done: made };
    });
  }

  rotate(tenant: TenantId, by: AuditActor = someSession): Promise<NewSigningSecret> {
    return this.#change(tenant, (there) => {
      const current = there.find(({ signsUntil }) => signsUntil === null);
      if (current === undefined) throw notFound("calls are not signed yet", "make a signing secret first");
      if (there.length > 1) {
        throw new DispatchedError("signing_secret_rotating", "two secrets sign already", {
          hint: "revoke the older one, or wait until its time is over",
        });
      }
      const made = this.#create();
      const before = { ...current, signsUntil: this.#ports.clock.now() + overlapMs };
      return { secrets: [made, before], draft: draftOf("signing_secret.rotated", by, made), done: made };
    });
  }

  revoke(tenant: TenantId, id: string, by: AuditActor = someSession): Promise<void> {
    return this.#change(tenant, (there) => {
      const revoked = there.find((secret) => secret.id === id);
      if (revoked === undefined) throw notFound(`no signing secret ${id} signs`, "list them");
      const left = there.filter((secret) => secret !== revoked);
      // One is left: it goes on, also when it was on its way out.
      const secrets = left.map((secret) => ({ ...secret, signsUntil: null }));
      return { secrets, draft: draftOf("signing_secret.revoked", by, revoked), done: undefined };
    });
  }

  /** Those that sign now, as they were read a moment ago; null when they must be read. */
  known(tenant: TenantId): readonly SigningSecret[] | null {
    const known = this.#known.get(tenant);
    if (known === undefined || known.readAt + freshMs < this.#ports.clock.now()) return null;
    return this.#signing(known.secrets);
  }

  /** Those that sign now. Errors: `locked`, those of the store. */
  async find(tenant: TenantId): Promise<readonly SigningSecret[]> {
    return this.known(tenant) ?? this.#signing(await this.#read(tenant));
  }

  forget(tenant: TenantId): void {
    this.#known.delete(tenant);
  }

  async #read(tenant: TenantId): Promise<readonly SigningSecret[]> {
    const [record] = (await this.#secrets.find(tenant, [signingName])).found;
    const secrets = secretsIn(record?.value ?? null);
    const oldest = this.#known.keys().next();
    this.#known.delete(tenant);
    if (this.#known.size >= knownMax && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(tenant, { secrets, readAt: this.#ports.clock.now() });
    return secrets;
  }

  async #change<Done>(
    tenant: TenantId,
    change: (there: readonly SigningSecret[]) => {
      readonly secrets: readonly SigningSecret[];
      readonly draft: AuditDraft;
      readonly done: Done;
    },
  ): Promise<Done> {
    try {
      return await this.#secrets.change(tenant, signingName, (value) => {
        const { secrets, draft, done } = change(this.#signing(secretsIn(value)));
        return { value: secrets.length === 0 ? null : JSON.stringify(secrets), draft, done };
      });
    } finally {
      this.forget(tenant);
    }
  }

  #create(): NewSigningSecret {
    const { clock, entropy } = this.#ports;
    return {
      id: newId("sgn", clock.now(), entropy.bytes(10)),
      secret: `dss_${base64Url(entropy.bytes(keyBytes))}`,
      createdAt: clock.now(),
      signsUntil: null,
    };
  }

  #signing(secrets: readonly SigningSecret[]): readonly SigningSecret[] {
    const now = this.#ports.clock.now();
    return secrets.filter(({ signsUntil }) => signsUntil === null || signsUntil > now);
  }
}

function secretsIn(value: string | null): readonly SigningSecret[] {
  return value === null ? [] : (JSON.parse(value) as readonly SigningSecret[]);
}

function viewOf({ id, createdAt, signsUntil }: SigningSecret): SigningView {
  return { id, createdAt, signsUntil };
}

function draftOf(action: AuditDraft["action"], by: AuditActor, { id }: SigningSecret): AuditDraft {
  return { action, by, fields: { signing_secret: id } };
}

function notFound(message: string, hint: string): DispatchedError {
  return new DispatchedError("signing_secret_not_found", message, { hint });
}
