// The values that one attempt puts into its request: secrets, and what Lua makes of them at this moment.

import { lateSource, secretsNamedIn } from "../language/late-lua.ts";
import type { EvaluationProblem } from "../language/workflow.ts";
import type { SandboxResult } from "../ports/sandbox.ts";
import type { Json } from "../value/json.ts";
import { copyJson, withBodies } from "../value/stored-body.ts";
import { isLocked } from "./is-locked.ts";
import type { CallOrder } from "./perform-call.ts";
import { plainNames } from "./plain-names.ts";
import type { EnginePorts } from "./ports.ts";
import { refuseUnfilled } from "./refuse-host.ts";
import type { FoundSecrets, OpenSecret, Secrets } from "./secrets.ts";

/** What one attempt puts into its request. */
export interface CallSecrets {
  /** By the name that the recorded request has for it. */
  readonly values: ReadonlyMap<string, string>;
  /** Every stored secret that is in them, those in Lua included. */
  readonly used: readonly OpenSecret[];
  /** What is masked besides: values that those had before. */
  readonly former: readonly string[];
}

const noneFound: FoundSecrets = { found: [], missing: [], former: [] };

interface Names {
  readonly named: readonly string[];
  /** Not for the request: what an answer may have of them is masked. */
  readonly masked: readonly string[];
  /** What the engine itself has made. */
  readonly ofEngine: ReadonlyMap<string, string>;
}

type Found =
  | ({ readonly ok: true; readonly masked: ReadonlyMap<string, string> } & CallSecrets)
  | ({ readonly ok: false; readonly code: string; readonly message: string } & Pick<CallSecrets, "used">);

/**
 * Rejects with `locked` and `sandbox_unavailable`, and where a body that Lua reads cannot be read; no message has any of a
 * secret's value.
 */
export async function secretValues(
  ports: EnginePorts,
  secrets: Secrets,
  order: CallOrder,
  { named, masked, ofEngine }: Names,
): Promise<Found> {
  const late = named.filter((name) => lateSource(name) !== null);
  let read: FoundSecrets;
  let known: FoundSecrets;
  try {
    read = await secrets.find(order.tenant, plainNames(named));
    known = masked.length === 0 ? noneFound : await secrets.find(order.tenant, plainNames(masked));
  } catch (error) {
    if (isLocked(error)) throw error;
    return { ok: false, code: "secret_not_readable", message: "a secret could not be read", used: [] };
  }
  const { found: used } = read;
  const [missing] = read.missing;
  if (missing !== undefined) {
    const { name, deleted } = missing;
    return deleted
      ? { ok: false, code: "secret_deleted", message: `the secret ${name} was deleted`, used }
      : { ok: false, code: "secret_not_found", message: `there is no secret ${name}`, used };
  }
  const values = new Map([...valuesOf(used), ...ofEngine]);
  const rest = { used, masked: valuesOf(known.found), former: [...read.former, ...known.former] };
  const { hosts, effect } = order;
  const called = { hosts, used, recorded: effect.request };
  const refused = await withBodies(() =>
    refuseUnfilled(called, values, new Map([...rest.masked, ...values])),
  );
  if (refused !== null) return { ok: false, code: refused.code, message: refused.message, used };
  if (late.length === 0) return { ok: true, values, ...rest };
  const tasks = await withBodies(() => late.map((name) => taskOf(name, values, order)));
  const results = await ports.sandbox.evaluate(order.tenant, tasks);
  for (const [index, result] of results.entries()) {
    const text = textOf(result);
    const name = late[index] as string;
    if (!text.ok) return { ok: false, code: text.code, message: withoutWords(name, text), used };
    values.set(name, text.value);
  }
  return { ok: true, values, ...rest };
}

function valuesOf(secrets: readonly OpenSecret[]): Map<string, string> {
  return new Map(secrets.map(({ name, value }) => [name, value]));
}

function taskOf(name: string, values: ReadonlyMap<string, string>, { effect }: CallOrder) {
  const source = lateSource(name) as string;
  const { context: read, now } = effect.request.late ?? { context: {}, now: 0 };
  const context = copyJson(read);
  const secrets = Object.fromEntries(
    secretsNamedIn(source).map((secret) => [secret.name, values.get(secret.name) ?? ""]),
  );
  return { lang: "lua", source, context, now, secrets } as const;
}

/** What is said with these is fixed, or has nothing but the text of the script, which was not run. */
const harmless: ReadonlySet<string> = new Set([
  "lua_syntax",
  "evaluation_timeout",
  "evaluation_memory",
  "evaluation_failed",
  "result_too_large",
  "not_a_text",
]);

/** All other words may have any part of a secret, in any form: of an error only the line is told. */
function withoutWords(name: string, { code, message }: EvaluationProblem): string {
  if (harmless.has(code)) return message;
  if (code === "not_a_value") {
    return "a value of the script is no JSON; which one is not recorded, because it may hold a secret";
  }
  const line = lineOf(name, message);
  return `${line}the script stopped with an error; its words are not recorded, because they may hold a secret`;
}

/** A script may write such a beginning itself: a line that it does not have is none. */
function lineOf(name: string, message: string): string {
  const [text = "", line = "0"] = /^line (\d+): /.exec(message) ?? [];
  return Number(line) <= name.split("\n").length ? text : "";
}

function textOf(
  result: SandboxResult,
):
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly code: string; readonly message: string } {
  if (!result.ok) return { ok: false, ...result.problem };
  const { value }: { readonly value: Json } = result;
  if (value !== null && typeof value !== "object") return { ok: true, value: String(value) };
  return { ok: false, code: "not_a_text", message: "Lua that names a secret must give a text or a number" };
}
