// Recorded requests as commands: run by a real shell, and without what must not be in them.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { curlOf } from "./curl-of.ts";

type Request = Parameters<typeof curlOf>[0];

const plain: Request = {
  method: "POST",
  url: "https://api.example.com/a",
  query: [],
  headers: [],
  body: null,
  auth: null,
};

/** The words that a shell makes of it. */
function wordsOf(command: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`;
  const out = execFileSync("sh", ["-c", script], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    encoding: "utf8",
  });
  return out.split("\0").slice(0, -1);
}

test("a body, a query and quotes come through a shell as they are", () => {
  const command = curlOf({
    ...plain,
    query: [
      ["q", "a b&c"],
      ["d", "it's"],
    ],
    headers: [["x-note", "it's $HOME `id`"]],
    body: { type: "json", value: { text: "don't $(rm)\n", list: [1] }, holes: [] },
  });
  assert.deepEqual(wordsOf(command), [
    "-g",
    "-X",
    "POST",
    "https://api.example.com/a?q=a%20b%26c&d=it's",
    "-H",
    "x-note: it's $HOME `id`",
    "-H",
    "content-type: application/json",
    "--data-raw",
    '{"text":"don\'t $(rm)\\n","list":[1]}',
  ]);
});

test("secrets are variables by their names, wherever they stand", () => {
  const key = { secret: "API_KEY", encode: "none" } as const;
  const command = curlOf({
    ...plain,
    url: ["https://api.example.com/", key],
    headers: [["x-key", ["v1 ", key]]],
    body: {
      type: "json",
      value: { deep: [{ key: null }], plain: true },
      holes: [{ path: ["deep", 0, "key"], text: ['a"', key, "z"] }],
    },
    auth: { type: "bearer", token: [key] },
  });
  assert.match(command, /"\$API_KEY"/);
  const words = wordsOf(command, { API_KEY: "s3 cret" });
  assert.deepEqual(words.slice(3, 6), ["https://api.example.com/s3 cret", "-H", "x-key: v1 s3 cret"]);
  assert.ok(words.includes('{"deep":[{"key":"a\\"s3 cretz"}],"plain":true}'));
  assert.ok(words.includes("authorization: Bearer s3 cret"));
});

test("nothing of the engine's own is in it, and masked credentials are variables", () => {
  const command = curlOf({ ...plain, headers: [["authorization", "[masked]"]], auth: null });
  assert.equal(command.includes("masked"), false);
  assert.match(command, /"\$AUTHORIZATION"/);
  assert.doesNotMatch(command, /idempotency|signature|content-digest|dispatched/i);
  const basic = curlOf({
    ...plain,
    auth: { type: "basic", username: "me", password: [{ secret: "PASS", encode: "none" }] },
  });
  assert.deepEqual(wordsOf(basic, { PASS: "p" }).slice(-2), ["-u", "me:p"]);
  assert.match(
    curlOf({ ...plain, auth: { type: "oauth2", texts: {} } }),
    /^# the engine adds what oauth2 needs\n/,
  );
});

interface Call {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** What a server gets when real curl runs the command for the request. */
async function callsOf(request: Partial<Request>): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { url, headers } = incoming;
    calls.push({ url, type: headers["content-type"], body: Buffer.concat(chunks) });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${request.url ?? "/a"}`;
    await promisify(execFile)("sh", ["-c", curlOf({ ...plain, ...request, url })]);
  } finally {
    server.close();
  }
  return calls;
}

/** Its parts as a form reads them. */
async function partsOf({ type = "", body }: Call): Promise<readonly (readonly unknown[])[]> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  return Promise.all(
    [...form].map(async ([name, value]) =>
      typeof value === "string"
        ? [name, value]
        : [name, Buffer.from(await value.arrayBuffer()).toString("latin1"), value.name],
    ),
  );
}

test("forms, texts and JSON are sent by curl as they are", async () => {
  const [form] = await callsOf({
    body: {
      type: "form",
      fields: [
        ["a&b=c d", "1&2"],
        ["note", "@/etc/hostname"],
      ],
    },
  });
  const fields = [...new URLSearchParams(form?.body.toString())];
  assert.deepEqual(fields, [
    ["a&b=c d", "1&2"],
    ["note", "@/etc/hostname"],
  ]);
  const [text] = await callsOf({ body: { type: "text", value: "@/etc/hostname\n" } });
  assert.equal(text?.body.toString(), "@/etc/hostname\n");
});

test("bytes come whole, with their zeros and their last newline", async () => {
  const bytes = Buffer.from([0, 64, 255, 0, 10, 10]);
  const value = bytes.toString("base64");
  const [call] = await callsOf({ body: { type: "base64", value } });
  assert.deepEqual(call?.body, bytes);
  const part = { contentType: null, content: { type: "base64", value } } as const;
  const [form] = await callsOf({
    body: {
      type: "multipart",
      parts: [
        { ...part, name: "one", filename: 'a;"b"\\c.bin' },
        { ...part, name: "two", filename: "two.bin" },
      ],
    },
  });
  assert.deepEqual(await partsOf(form as Call), [
    ["one", bytes.toString("latin1"), 'a;"b"\\c.bin'],
    ["two", bytes.toString("latin1"), "two.bin"],
  ]);
});

test("no text of a request makes curl read a file, or call more than once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "curl-of-"));
  const file = join(folder, "key");
  writeFileSync(file, "private");
  const part = { name: "note", contentType: null } as const;
  const said = [`@${file}`, `<${file}`, `x;filename=y`, `"@${file}";headers=@${file}`, `'\\"`, ""];
  try {
    for (const value of said) {
      const content = { type: "text", value } as const;
      const bytes = { type: "base64", value: Buffer.from(value).toString("base64") } as const;
      const [form] = await callsOf({
        body: {
          type: "multipart",
          parts: [
            { ...part, filename: null, content },
            { ...part, filename: "f.txt", content },
            { ...part, filename: null, content: bytes },
          ],
        },
      });
      assert.deepEqual(await partsOf(form as Call), [
        ["note", value],
        ["note", value, "f.txt"],
        ["note", value],
      ]);
      const [call] = await callsOf({ body: bytes });
      assert.equal(call?.body.toString(), value);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const calls = await callsOf({ url: "/items/[1-3]/{a,b}" });
  assert.deepEqual(
    calls.map(({ url }) => url),
    ["/items/[1-3]/{a,b}"],
  );
});
