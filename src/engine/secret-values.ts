// The values that one attempt puts into its request: secrets, and what Lua makes of them at this moment.

import { lateSource, secretsNamedIn } from "../language/late-lua.ts";
import type { SandboxResult } from "../ports/sandbox.ts";
import type { Json } from "../value/json.ts";
import type { CallOrder } from "./perform-call.ts";
import type { EnginePorts } from "./ports.ts";
import type { Secrets } from "./secrets.ts";

type Found =
  | { readonly ok: true; readonly values: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** By name. Never rejects; no message has any of a secret's value. */
export async function secretValues(
  ports: EnginePorts,
  secrets: Secrets,
  order: CallOrder,
  names: readonly string[],
): Promise<Found> {
  const late = names.filter((name) => lateSource(name) !== null);
  const inLua = late.flatMap((name) =>
    secretsNamedIn(lateSource(name) as string).map((secret) => secret.name),
  );
  const plain = [...new Set([...names.filter((name) => lateSource(name) === null), ...inLua])];
  let found: Awaited<ReturnType<Secrets["values"]>>;
  try {
    found = await secrets.values(order.tenant, plain);
  } catch {
    return { ok: false, code: "secret_not_readable", message: "a secret could not be read" };
  }
  if (found.missing !== null) {
    return { ok: false, code: "secret_not_found", message: `there is no secret ${found.missing}` };
  }
  if (late.length === 0) return { ok: true, values: found.values };
  const results = await ports.sandbox.evaluate(late.map((name) => taskOf(name, found.values, order)));
  const values = new Map(found.values);
  for (const [index, result] of results.entries()) {
    const text = textOf(result);
    if (text.ok) values.set(late[index] as string, text.value);
    else return { ok: false, code: text.code, message: withoutWords(text.code, text.message) };
  }
  return { ok: true, values };
}

function taskOf(name: string, values: ReadonlyMap<string, string>, { effect }: CallOrder) {
  const source = lateSource(name) as string;
  const { context, now } = effect.request.late ?? { context: {}, now: 0 };
  const secrets = Object.fromEntries(
    secretsNamedIn(source).map((secret) => [secret.name, values.get(secret.name) ?? ""]),
  );
  return { lang: "lua", source, context, now, secrets } as const;
}

/** A script's own words may have any part of a secret, in any form: of its errors only the line is told. */
function withoutWords(code: string, message: string): string {
  if (code !== "lua_error") return message;
  const line = /^line \d+: /.exec(message)?.[0] ?? "";
  return `${line}the script stopped with an error; its words are not recorded, because they may hold a secret`;
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
