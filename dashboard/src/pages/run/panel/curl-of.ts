// A recorded request as a command that makes it again: secrets by their names, as variables of the shell.

import type { RecordedBody, RecordedContent, RecordedRequest, RecordedText } from "dispatched/language";
import { jsonText } from "../../../look/json-text.ts";

/** What the log shows in the place of a credential that is no secret. */
const masked = "[masked]";

/** A part of a word as the shell reads it: text as it is, or what stands for a secret. */
type Part = string | { readonly shell: string };

type FormPart = (RecordedBody & { readonly type: "multipart" })["parts"][number];

interface CurlBody {
  readonly options: readonly string[];
  /** What curl reads from its input, as Base64. */
  readonly input?: string;
  /** What curl reads from files, as Base64: the first is `$files/1`. */
  readonly files?: readonly string[];
}

/**
 * For a POSIX shell. No text of the request is taken for more than itself: curl reads no file by it, and makes one call. Bytes
 * come by its input, or by files that are made for it: no argument can hold them. What the engine adds (signature, idempotency key, ids of run and step, trace) is left out: made again by
 * hand, the call is another call. A secret in JSON or an address is put in as it is, without the escapes that the engine makes.
 */
export function curlOf(request: RecordedRequest): string {
  const { method, headers, body, auth } = request;
  const parts = [`curl -g -X ${word([method])} ${word(addressOf(request))}`];
  for (const [name, value] of headers) parts.push(`-H ${word([`${name}: `, ...textOf(value, name)])}`);
  const { options, input, files = [] } = body === null ? { options: [] } : bodyOf(body, headers);
  parts.push(...options);
  if (auth?.type === "basic") {
    parts.push(`-u ${word([...textOf(auth.username), ":", ...textOf(auth.password, "password")])}`);
  }
  if (auth?.type === "bearer") {
    parts.push(`-H ${word(["authorization: Bearer ", ...textOf(auth.token, "token")])}`);
  }
  const made = auth !== null && auth.type !== "basic" && auth.type !== "bearer" ? auth.type : null;
  return [
    ...(made === null ? [] : [`# the engine adds what ${made} needs`]),
    ...(files.length === 0 ? [] : ['files="$(mktemp -d)"']),
    ...files.map((bytes, index) => `${decoded(bytes)} > ${fileOf(index).shell}`),
    `${input === undefined ? "" : `${decoded(input)} | `}${parts.join(" \\\n  ")}`,
    ...(files.length === 0 ? [] : ['rm -r "$files"']),
  ].join("\n");
}

function decoded(base64: string): string {
  return `printf %s ${word([base64])} | base64 -d`;
}

function fileOf(index: number) {
  return { shell: `"$files/${index + 1}"` };
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

function bodyOf(body: RecordedBody, headers: RecordedRequest["headers"]): CurlBody {
  switch (body.type) {
    case "form": {
      // curl encodes what follows `=`, and nothing before it.
      const pair = ([name, value]: (typeof body.fields)[number]) =>
        word([`${encodeURIComponent(name)}=`, ...textOf(value)]);
      return { options: body.fields.map((field) => `--data-urlencode ${pair(field)}`) };
    }
    case "multipart": {
      const files = body.parts.flatMap(({ content }) => (content.type === "base64" ? [content.value] : []));
      const bytes = body.parts.filter(({ content }) => content.type === "base64");
      return { options: body.parts.map((part) => partOf(part, bytes.indexOf(part))), files };
    }
    case "base64":
      return { options: ["--data-binary @-"], input: body.value };
    case "text":
      return { options: [`--data-raw ${word(textOf(body.value))}`] };
    case "json": {
      const said = headers.some(([name]) => name.toLowerCase() === "content-type");
      const data = `--data-raw ${word(jsonOf(body))}`;
      return { options: said ? [data] : ["-H 'content-type: application/json'", data] };
    }
  }
}

/** @param file which of the files holds its content, when its content is bytes */
function partOf({ name, filename, content }: FormPart, file: number): string {
  const named = filename === null ? [] : [";filename=", ...quoted(textOf(filename))];
  if (content.type === "base64") {
    return `-F ${word([`${name}=${filename === null ? "<" : "@"}"`, fileOf(file), '"', ...named])}`;
  }
  const text = content.type === "text" ? textOf(content.value) : jsonOf(content);
  if (filename === null) return `--form-string ${word([`${name}=`, ...text])}`;
  return `-F ${word([`${name}=`, ...quoted(text), ...named])}`;
}

/** As `-F` takes text that may begin with `@` or `<`, and hold `;`. */
function quoted(text: readonly Part[]): readonly Part[] {
  const escaped = text.map((part) => (typeof part === "string" ? part.replace(/[\\"]/g, "\\$&") : part));
  return ['"', ...escaped, '"'];
}

function jsonOf({ value, holes }: RecordedContent & { readonly type: "json" }): readonly Part[] {
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
