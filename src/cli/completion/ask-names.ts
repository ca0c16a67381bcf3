// Names from the server for completion: by the session that is there, in a moment, or none.

import { readCredentials } from "../../app/credentials.ts";
import { homeOf } from "../../app/home-of.ts";
import { settingOf } from "../../app/setting-of.ts";

export type NameKind = "workflow" | "run" | "secret" | "template";

const paths = {
  workflow: "/api/workflows?limit=200&stats=false",
  run: "/api/runs?limit=20",
  secret: "/api/secrets",
  template: "/api/templates",
} as const;
/** Whoever presses the key waits: a server that is slower completes nothing. */
const patienceMs = 80;
const bytesMax = 1_000_000;

/** Opens no session, asks nothing of whoever is signed out, and never throws. */
export async function askNames(kind: NameKind): Promise<readonly string[]> {
  try {
    const place = placeOf();
    if (place === null) return [];
    return namesIn(kind, JSON.parse(await ask(new URL(paths[kind], place.url), place.token)));
  } catch {
    return [];
  }
}

/** Those of the credentials file; asks nobody, and never throws. */
export function tenantsHere(): readonly string[] {
  try {
    return readCredentials(homeOf(process.env)).tenants.map(({ tenant }) => tenant);
  } catch {
    return [];
  }
}

function placeOf(): { readonly url: string; readonly token: string } | null {
  const { env } = process;
  const { current, tenants } = readCredentials(homeOf(env));
  const wanted = settingOf(env, "DISPATCHED_TENANT") ?? current;
  const entry = tenants.find(({ tenant }) => tenant === wanted);
  const url = settingOf(env, "DISPATCHED_URL") ?? entry?.url;
  const given = settingOf(env, "DISPATCHED_TOKEN");
  if (url !== undefined && given !== undefined) return { url, token: given };
  if (settingOf(env, "DISPATCHED_PRIVATE_KEY") !== undefined) return null;
  // Commands refuse it, too.
  if (url !== undefined && new URL(url).origin !== new URL(entry?.url ?? url).origin) return null;
  if (entry?.session == null || Date.parse(entry.session.expires_at) <= Date.now()) return null;
  return { url: entry.url, token: entry.session.token };
}

/** By Node's own client, the one that is needed: `fetch` takes a third of the time that there is to load. */
async function ask(url: URL, token: string): Promise<string> {
  const { get } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(patienceMs);
    const headers = { "dispatched-session": token };
    const request = get(url, { headers, signal, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > bytesMax) answer.destroy();
      });
      answer.on("error", reject);
      answer.on("end", () => (answer.statusCode === 200 ? resolve(text) : reject(new Error("refused"))));
    });
    request.on("error", reject);
  });
}

type Listed = Readonly<
  Record<string, readonly { readonly name?: string; readonly id?: string }[] | undefined>
>;

function namesIn(kind: NameKind, answer: unknown): readonly string[] {
  const rows = (answer as Listed)[`${kind}s`] ?? [];
  const names = rows.map(({ name, id }) => (kind === "run" ? id : name) ?? "");
  // What a shell would take for more than a word is left out.
  return names.filter((name) => /^[\w.-]+$/.test(name));
}
