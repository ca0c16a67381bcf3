// A recorded request as a command that makes it again: secrets by their names, as variables of the shell.

import type { RecordedBody, RecordedContent, RecordedRequest, RecordedText } from "dispatched/language";
import { jsonText } from "../../../look/json-text.ts";

/** What the log shows in the place of a credential that is no secret. */
const masked = "[masked]";

/** A part of a word as the shell reads it: text as it is, or what stands for a secret. */
type Part = string | { readonly shell: string };

/**
 * For a POSIX shell. What the engine adds (signature, idempotency key, ids of run and step, trace) is left out: made again by
 * hand, the call is another call. A secret in JSON or an address is put in as it is, without the escapes that the engine makes.
 */
export function curlOf(request: RecordedRequest): string {
  const { method, headers, body, auth } = request;
  const parts = [`curl -X ${word([method])} ${word(addressOf(request))}`];
  for (const [name, value] of headers) parts.push(`-H ${word([`${name}: `, ...textOf(value, name)])}`);
  if (body !== null) parts.push(...bodyOf(body, headers));
  if (auth?.type === "basic") {
    parts.push(`-u ${word([...textOf(auth.username), ":", ...textOf(auth.password, "password")])}`);
  }
  if (auth?.type === "bearer") {
    parts.push(`-H ${word(["authorization: Bearer ", ...textOf(auth.token, "token")])}`);
  }
  const command = parts.join(" \\\n  ");
  const made = auth !== null && auth.type !== "basic" && auth.type !== "bearer" ? auth.type : null;
  return made === null ? command : `# the engine adds what ${made} needs\n${command}`;
}

/** Text stands in single quotes, which nothing but they themselves ends. */
function word(parts: readonly Part[]): string {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  const shown = joined.map((part) => {
    if (typeof part !== "string") return part.shell;
    return part === "" ? "" : `'${part.replaceAll("'", "'\\''")}'`;
  });
  return shown.join("") || "''";
}

function variable(secret: string): Part {
  if (secret.startsWith("lua:")) return { shell: '"$COMPUTED_BY_LUA"' };
  return { shell: `"$${secret.replace(/[^A-Za-z0-9_]/g, "_").toUpperCase()}"` };
}

/** @param name by which a masked value is called */
function textOf(text: RecordedText, name = "credential"): readonly Part[] {
  const parts = typeof text === "string" ? [text] : text;
  return parts.map((part) => {
    if (typeof part !== "string") return variable(part.secret);
    return part === masked ? variable(name) : part;
  });
}

function addressOf({ url, query }: RecordedRequest): readonly Part[] {
  const pairs = query.flatMap(([name, value], index): readonly Part[] => {
    const joint = index > 0 || (typeof url === "string" && url.includes("?")) ? "&" : "?";
    const encoded = textOf(value).map((part) => (typeof part === "string" ? encodeURIComponent(part) : part));
    return [`${joint}${encodeURIComponent(name)}=`, ...encoded];
  });
  return [...textOf(url), ...pairs];
}

function bodyOf(body: RecordedBody, headers: RecordedRequest["headers"]): readonly string[] {
  switch (body.type) {
    case "form":
      return body.fields.map(([name, value]) => `--data-urlencode ${word([`${name}=`, ...textOf(value)])}`);
    case "multipart":
      return body.parts.map(({ name, filename, content }) => {
        const file = filename === null ? [] : [";filename=", ...textOf(filename)];
        return `-F ${word([`${name}=`, ...contentOf(content), ...file])}`;
      });
    case "base64":
      return [`--data-binary ${word(contentOf(body))}`];
    case "text":
      return [`--data-raw ${word(contentOf(body))}`];
    case "json": {
      const said = headers.some(([name]) => name.toLowerCase() === "content-type");
      return [
        ...(said ? [] : ["-H 'content-type: application/json'"]),
        `--data-raw ${word(contentOf(body))}`,
      ];
    }
  }
}

function contentOf(content: RecordedContent): readonly Part[] {
  if (content.type === "text") return textOf(content.value);
  if (content.type === "base64") {
    return [{ shell: `"$(printf %s ${word([content.value])} | base64 -d)"` }];
  }
  const { value, holes } = content;
  const filled = holes.reduce<unknown>(
    (body, { path }, index) => withAt(body, path, `\u0000${index}\u0000`),
    value,
  );
  return jsonText(filled, 0)
    .split(/\\u0000(\d+)\\u0000/)
    .flatMap((part, index): readonly Part[] => {
      if (index % 2 === 0) return [part];
      // Literal parts stand within the quotes of a JSON string.
      const inside = (text: Part) => (typeof text === "string" ? JSON.stringify(text).slice(1, -1) : text);
      return textOf(holes[Number(part)]?.text ?? "").map(inside);
    });
}

/** `value` with something else at the path. */
function withAt(value: unknown, [first, ...rest]: readonly (string | number)[], put: unknown): unknown {
  if (first === undefined) return put;
  if (Array.isArray(value)) {
    return value.map((one, index) => (index === first ? withAt(one, rest, put) : one));
  }
  const object = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [first]: withAt(object[first], rest, put) };
}
