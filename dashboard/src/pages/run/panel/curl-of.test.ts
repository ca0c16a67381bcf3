// Recorded requests as commands: run by a real shell, and without what must not be in them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
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
  assert.deepEqual(words.slice(2, 5), ["https://api.example.com/s3 cret", "-H", "x-key: v1 s3 cret"]);
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

test("forms, texts and bytes", () => {
  const form = curlOf({ ...plain, body: { type: "form", fields: [["a b", "1&2"]] } });
  assert.deepEqual(wordsOf(form).slice(-2), ["--data-urlencode", "a b=1&2"]);
  const text = curlOf({ ...plain, body: { type: "text", value: "hello" } });
  assert.deepEqual(wordsOf(text).slice(-2), ["--data-raw", "hello"]);
  const bytes = curlOf({ ...plain, body: { type: "base64", value: "aGk=" } });
  assert.deepEqual(wordsOf(bytes).slice(-2), ["--data-binary", "hi"]);
});
