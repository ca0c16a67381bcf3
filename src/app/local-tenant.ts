// The tenant of `dispatched dev`: registered and signed in over HTTP as any other, and kept signed in by an agent.

import { askJson } from "../client/ask-json.ts";
import { ClientError } from "../client/client-error.ts";
import { generateKeyPair } from "../client/device.ts";
import { createTenant } from "../client/tenants.ts";
import type { Log } from "../ports/log.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { readCredentials, saveTenant, type TenantEntry } from "./credentials.ts";
import { StoredSession } from "./stored-session.ts";
import { UnlockAgent } from "./unlock-agent.ts";

export interface LocalServer {
  readonly url: string;
  readonly origin: string;
  readonly serverKeys: readonly string[];
  /** By which this process lets itself register. */
  readonly invite: string;
}

export interface LocalFolders {
  readonly home: string;
  readonly dataFolder: string;
}

/** How often the agent looks whether the session is still there. */
const lookMs = 2_000;

export class LocalTenant {
  readonly tenant: TenantId;
  readonly #session: StoredSession;
  readonly #url: string;
  readonly #agent: UnlockAgent;
  #token: string;
  #openedAt = Date.now();

  private constructor(tenant: TenantId, url: string, session: StoredSession, token: string, log: Log) {
    this.tenant = tenant;
    this.#url = url;
    this.#session = session;
    this.#token = token;
    this.#agent = new UnlockAgent(() => this.#look(), log, { lookMs, backoffMaxMs: lookMs });
    this.#agent.start();
  }

  /** The tenant whose data are in this folder, made when there is none, and signed in. */
  static async open(server: LocalServer, folders: LocalFolders, log: Log): Promise<LocalTenant> {
    const { home } = folders;
    const known = readCredentials(home).tenants.find(({ data }) => data === folders.dataFolder);
    const entry = known === undefined ? await register(server, folders) : { ...known, ...addressOf(server) };
    saveTenant(home, entry, true);
    const session = new StoredSession(home, entry, { judges: false });
    return new LocalTenant(entry.tenant, server.url, session, await firstToken(session, entry), log);
  }

  get token(): string {
    return this.#token;
  }

  close(): void {
    this.#agent.stop();
  }

  /** Signs in again long before the session ends, and when it was ended. */
  async #look(): Promise<void> {
    const lifetime = this.#session.expiresAt - this.#openedAt;
    const isYoung = Date.now() < this.#openedAt + lifetime * 0.75;
    if (isYoung && (await this.#isThere())) return;
    this.#token = await this.#session.open();
    this.#openedAt = Date.now();
  }

  async #isThere(): Promise<boolean> {
    try {
      await askJson(this.#url, "GET", "/api/session", { headers: { "dispatched-session": this.#token } });
      return true;
    } catch (error) {
      if (error instanceof ClientError && error.code === "unauthenticated") return false;
      throw error;
    }
  }
}

async function firstToken(session: StoredSession, { tenant, data }: TenantEntry): Promise<string> {
  try {
    return await session.open();
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "handshake_refused") throw error;
    throw new DispatchedError(
      "invalid_configuration",
      `the data in ${data} do not know ${tenant}, which the credentials file has for them`,
      { hint: "put back data and credentials file that belong together, or name another folder with --data" },
    );
  }
}

/** Its process trusts itself: the pin is the server's own key. */
function addressOf({ url, origin, serverKeys }: LocalServer) {
  return { url, origin, server_keys: serverKeys };
}

async function register(server: LocalServer, { dataFolder }: LocalFolders): Promise<TenantEntry> {
  const { privateKey, publicKey } = generateKeyPair();
  const made = await createTenant(server.url, { publicKey, invite: server.invite });
  return {
    tenant: made.tenant as TenantId,
    ...addressOf(server),
    api_key: made.api_key,
    private_key: privateKey,
    generation: made.generation,
    session: null,
    data: dataFolder,
  };
}
