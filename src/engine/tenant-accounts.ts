// Accounts made real: tenants, handshakes and sessions over the store and the vault of this node.

import { handshakeRefused } from "../handshake/handshake-refused.ts";
import { tokenHash } from "../handshake/token-hash.ts";
import type { TenantRow } from "../ports/account-store.ts";
import { emptyHead } from "../ports/audit-store.ts";
import type { Confirmed, Handshakes } from "../ports/handshake.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import { accountAction } from "./account-action.ts";
import type { Accounts } from "./accounts.ts";
import { AttemptLimits } from "./attempt-limits.ts";
import { type Audit, headAfter } from "./audit.ts";
import { type AuditActor, credentialId } from "./audit-entry.ts";
import type { AuditExport } from "./audit-export.ts";
import type { HandshakeAction, HandshakeActions } from "./handshake-action.ts";
import type { EnginePorts } from "./ports.ts";
import type { KnownRunToken, RunTokens } from "./run-tokens.ts";
import { sameBytes } from "./same-bytes.ts";
import { type LinkedSession, type ListedSession, Sessions, type SessionView } from "./sessions.ts";
import { type SignInLink, SignInLinks } from "./sign-in-links.ts";
import type { NewTenant, Tenants } from "./tenants.ts";

/** Who may make a tenant here: everybody, who was given the invitation, nobody. */
export type Registration =
  | { readonly type: "open" }
  | { readonly type: "invite"; readonly isInvited: (invite: string) => boolean }
  /** But for whom this process lets in by a text that it alone knows. */
  | { readonly type: "closed"; readonly isInvited?: (invite: string) => boolean };

export interface AccountOptions {
  readonly registration: Registration;
  /** Default 1 hour. */
  readonly sessionMs: number;
  /** Of the purposes that others know how to serve. */
  readonly actions: HandshakeActions;
}

export interface AccountEngine {
  readonly tenants: Tenants;
  readonly audit: Audit;
  readonly auditExport: AuditExport;
  readonly runTokens: RunTokens;
  unlocked(tenant: TenantId): void;
  locked(tenant: TenantId): void;
  /** A tenant was. */
  deleted(): void;
}

type AccountPorts = Pick<EnginePorts, "store" | "vault" | "clock" | "entropy" | "log"> & {
  /** Known when the server listens: it is bound to the server's address. */
  readonly handshakes: () => Handshakes;
};

/**
 * A device that is set up wrongly tries now and then; who guesses tries often. A device with the right keys is never
 * refused for what others did: it may share its address with everybody behind a proxy, and its API key with a thief.
 */
const failuresByAddress = { burst: 20, refillMs: 3_000 } as const;
const failuresByTenant = { burst: 10, refillMs: 6_000 } as const;
const registrations = { burst: 30, refillMs: 10_000 } as const;
const changesMax = 3;

export class TenantAccounts implements Accounts {
  readonly #ports: AccountPorts;
  readonly #engine: AccountEngine;
  readonly #options: AccountOptions;
  readonly #sessions: Sessions;
  readonly #links: SignInLinks;
  readonly #actions: HandshakeActions;
  readonly #failedBy = new AttemptLimits(failuresByAddress);
  readonly #failedFor = new AttemptLimits(failuresByTenant);
  readonly #registered = new AttemptLimits(registrations);

  constructor(ports: AccountPorts, engine: AccountEngine, options: AccountOptions) {
    this.#ports = ports;
    this.#engine = engine;
    this.#options = options;
    this.#sessions = new Sessions(ports, engine.tenants, engine.audit, {
      lifetimeMs: options.sessionMs,
      opened: (tenant) => engine.unlocked(tenant),
      locked: (tenant) => engine.locked(tenant),
    });
    this.#links = new SignInLinks(ports, engine.audit, this.#sessions);
    const own = {
      "replace-key": accountAction(engine.tenants, () => engine.deleted()),
      export: engine.auditExport.action,
    };
    this.#actions = { ...own, ...options.actions };
  }

  start(): void {
    this.#sessions.start();
  }

  stop(): void {
    this.#sessions.stop();
  }

  bySession(token: string): Promise<TenantId | null> {
    return this.#sessions.tenantOf(token);
  }

  async byKey(apiKey: string): Promise<TenantId | null> {
    const row = await this.#engine.tenants.byKey(apiKey);
    if (row === null) return null;
    this.#ports.vault.admit(row.tenant, row);
    return row.tenant;
  }

  byRunToken(token: string, run: RunId): Promise<KnownRunToken | null> {
    return this.#engine.runTokens.read(token, run);
  }

  async createTenant(publicKey: Uint8Array, invite: string | null, address: string): Promise<NewTenant> {
    const { registration } = this.#options;
    const isInvited = registration.type !== "open" && invite !== null && !!registration.isInvited?.(invite);
    if (registration.type === "closed" && !isInvited) {
      throw new DispatchedError("registration_closed", "this server registers nobody", {
        hint: "where it is started, DISPATCHED_REGISTRATION=open, or invite, lets others register; the tenant that `dispatched dev` has is made without",
      });
    }
    // Who has the invitation is not shut out by those who guess at it from the same address, which may be a proxy's.
    if (!isInvited) this.#registered.use(address, this.#ports.clock.now());
    if (registration.type === "invite" && !isInvited) {
      throw new DispatchedError("registration_closed", "this server registers who has an invitation only");
    }
    const made = await this.#engine.tenants.create(publicKey, deviceAt(address));
    this.#ports.log.write("info", "tenant.created", { tenant: made.tenant });
    return made;
  }

  async beginHandshake(apiKey: string, body: Json, address: string): Promise<Json> {
    const { clock, handshakes } = this.#ports;
    const now = clock.now();
    const row = await this.#engine.tenants.byKey(apiKey);
    const [limits, name] = row === null ? [this.#failedBy, address] : [this.#failedFor, row.tenant];
    if (row === null) limits.check(name, now);
    try {
      return handshakes().begin(apiKey, row === null ? null : knownTenant(row), body, now);
    } catch (error) {
      limits.use(name, now);
      throw error;
    }
  }

  async confirmHandshake(body: Json, address: string): Promise<Json> {
    const { clock, handshakes } = this.#ports;
    const now = clock.now();
    try {
      const confirmed = handshakes().confirm(body, now);
      try {
        return await this.#perform(confirmed, deviceAt(address));
      } finally {
        confirmed.wrappingKey.fill(0);
        confirmed.nextWrappingKey?.fill(0);
      }
    } catch (error) {
      if (error instanceof DispatchedError && error.code === "handshake_refused") {
        this.#failedBy.use(address, now);
      }
      throw error;
    }
  }

  showSession(token: string): Promise<SessionView | null> {
    return this.#sessions.find(token);
  }

  listSessions(tenant: TenantId): Promise<readonly ListedSession[]> {
    return this.#sessions.list(tenant);
  }

  endSession(tenant: TenantId, id: string, by: AuditActor): Promise<void> {
    return this.#sessions.endById(tenant, id, by);
  }

  makeSignInLink(token: string, by: AuditActor): Promise<SignInLink> {
    return this.#links.make(token, by);
  }

  redeemSignInLink(code: string, address: string): Promise<LinkedSession> {
    return this.#links.redeem(code, address);
  }

  signOut(token: string, all: boolean, address: string): Promise<void> {
    const by = { type: "session", id: credentialId(tokenHash(token)), address: address || null } as const;
    return this.#sessions.end(token, all, by);
  }

  async #perform(confirmed: Confirmed, by: AuditActor): Promise<Json> {
    const { purpose } = confirmed;
    if (purpose === "session") return this.#signIn(confirmed, by);
    const action = this.#actions[purpose];
    if (action === undefined) {
      throw new DispatchedError("invalid_body", `this server does nothing for the purpose ${purpose}`);
    }
    const { result, auditHead } = await this.#act(await this.#rowOf(confirmed), confirmed, action, by);
    return confirmed.finish({ session: null, expiresAt: null, auditHead, result });
  }

  async #signIn(confirmed: Confirmed, by: AuditActor): Promise<Json> {
    // Two devices that sign in for the first time at once both bring the keys of the tenant: one of them looks again.
    for (let tries = 0; tries < changesMax; tries++) {
      const opened = await this.#sessions.open(await this.#rowOf(confirmed), confirmed, by);
      if (opened === null) continue;
      const { token, expiresAt, auditHead } = opened;
      return confirmed.finish({ session: token, expiresAt, auditHead, result: null });
    }
    throw handshakeRefused();
  }

  async #act(row: TenantRow, confirmed: Confirmed, perform: HandshakeAction, by: AuditActor) {
    const { tenant } = row;
    let auditHead = emptyHead;
    const result = await this.#sessions.holdOpen(row, confirmed.wrappingKey, async () =>
      perform({
        tenant: row,
        action: confirmed.action ?? {},
        nextWrappingKey: confirmed.nextWrappingKey,
        use: async (entry, { change = null, ends = "nothing", rotation } = {}) => {
          const { jti, expiresAt } = confirmed;
          const begun = rotation === undefined ? {} : { rotation };
          const use = { jti, expiresAt, session: null, change, ends, ...begun };
          const used = await this.#engine.audit.with(tenant, { ...entry, by }, (audit) => {
            auditHead = headAfter(audit);
            return this.#ports.store.accounts.useHandshake(tenant, { ...use, audit });
          });
          if (used !== "used") throw handshakeRefused();
          if (ends !== "nothing") this.#sessions.forgetTenant(tenant);
        },
      }),
    );
    return { result, auditHead };
  }

  /** As the tenant is now: a device that proved a key of another generation, or began with another API key, is refused. */
  async #rowOf({ owner, apiKey }: Confirmed): Promise<TenantRow> {
    const row = await this.#engine.tenants.read(owner.tenant);
    const isCurrent = row?.generation === owner.generation && sameBytes(row.apiKey, apiKey);
    if (row === null || !isCurrent) throw handshakeRefused();
    return row;
  }
}

function deviceAt(address: string): AuditActor {
  return { type: "device", id: null, address: address === "" ? null : address };
}

function knownTenant({ tenant, generation, publicKey, recovery }: TenantRow) {
  return { owner: { tenant, generation }, publicKey, recovery: recovery ?? null };
}
