// Bodies that are no JSON, as a document says them and as a service gets them: written from the language's rules.

export type PlainBody = "form" | "multipart" | "base64";

export const plainBodies: readonly PlainBody[] = ["form", "multipart", "base64"];

const file = { base64: "AP8NCi0tgA==", bytes: "\u0000\u00ff\r\n--\u0080" };

/** `secret`: a template that gives one, or null. */
export function plainBodyDocument(kind: PlainBody, secret: string | null): object {
  switch (kind) {
    case "base64":
      return { base64: file.base64 };
    case "form":
      return {
        form: {
          order: ["{{ trigger.body.order }}", "a b&"],
          none: "{{ trigger.body.none }}",
          ...(secret === null ? {} : { token: secret }),
        },
      };
    case "multipart":
      return {
        multipart: [
          { name: "order", text: "{{ trigger.body.order }}" },
          { name: "none", text: "{{ trigger.body.none }}" },
          ...(secret === null ? [] : [{ name: "token", text: secret }]),
          { name: "n", body: { n: "{{ trigger.body.n }}" } },
          { name: "file", filename: "{{ trigger.body.order }}.bin", base64: file.base64 },
        ],
      };
  }
}

/** What a service gets, one character a byte; `token` is the value of the secret. */
export function plainBodySent(
  kind: PlainBody,
  input: Readonly<Record<string, unknown>>,
  token: string | null,
): string {
  const order = String(input["order"]);
  switch (kind) {
    case "base64":
      return file.bytes;
    case "form":
      return new URLSearchParams([
        ["order", order],
        ["order", "a b&"],
        ...(token === null ? [] : [["token", token] as [string, string]]),
      ]).toString();
    case "multipart":
      return partsOf([
        ['name="order"', [], order],
        ...(token === null ? [] : [['name="token"', [], token] as const]),
        ['name="n"', ["application/json"], JSON.stringify({ n: input["n"] })],
        [`name="file"; filename="${order}.bin"`, ["application/octet-stream"], file.bytes],
      ]);
  }
}

function partsOf(
  parts: readonly (readonly [name: string, types: readonly string[], content: string])[],
): string {
  const boundary = "dispatched-part-1";
  const written = parts.map(([name, types, content]) => {
    const type = types.map((one) => `content-type: ${one}\r\n`).join("");
    return `--${boundary}\r\ncontent-disposition: form-data; ${name}\r\n${type}\r\n${content}\r\n`;
  });
  return `${written.join("")}--${boundary}--\r\n`;
}

/** The credential in a body, whatever the body is. */
export function tokenIn(body: string | null): string | null {
  if (body === null) return null;
  if (body.startsWith("{")) return (JSON.parse(body) as { readonly token?: string }).token ?? null;
  if (body.startsWith("order=")) return new URLSearchParams(body).get("token");
  return /name="token"\r\n\r\n(.*)\r\n/.exec(body)?.[1] ?? null;
}
