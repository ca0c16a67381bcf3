// Forms, parts and bytes as they are sent; other implementations read them back.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileRequest, scopeOf } from "../../../test/language/compile-request.ts";
import type { Json } from "../../value/json.ts";
import { fillRequest } from "../fill-request.ts";
import { renderRequest } from "../render-request.ts";

const post = 'method: POST\nurl: "https://a.example"\n';

function send(request: string, body: Json, secrets: Readonly<Record<string, string>> = {}) {
  const rendered = renderRequest(compileRequest(post + request), scopeOf(body));
  if (!rendered.ok) return rendered.problem.code;
  const filled = fillRequest(rendered.request, new Map(Object.entries(secrets)));
  return filled.ok ? filled.request : filled.problem.code;
}

function bodyOf(request: string, body: Json, secrets?: Readonly<Record<string, string>>) {
  const sent = send(request, body, secrets);
  assert.ok(typeof sent === "object", String(sent));
  return {
    content: sent.body ?? "",
    type: sent.headers.find(([name]) => name === "content-type")?.[1] ?? "",
  };
}

test("a form is what URLSearchParams writes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.string()), (secret, list) => {
      const { content } = bodyOf(
        'form: {a: "{{ trigger.body.list }}", "b c": "-{{ secrets.S }}"}',
        { list },
        {
          S: secret,
        },
      );
      const repeated = list.map((one): [string, string] => ["a", one]);
      const pairs: [string, string][] = [...repeated, ["b c", `-${secret}`]];
      assert.equal(content, new URLSearchParams(pairs).toString());
    }),
  );
});

test("parts are read back as they were, whatever stands in them, and are the same bytes again", async () => {
  const request = `multipart:
  - {name: 'a"', text: "{{ trigger.body.text }}"}
  - {name: f, filename: '{{ trigger.body.file }}', content_type: image/x, base64: "{{ trigger.body.bytes }}"}
  - {name: s, text: "{{ secrets.S }}"}
  - {name: none, text: "{{ trigger.body.none }}"}
  - {name: j, body: [1, "{{ secrets.S }}"]}`;
  const awkward = fc.constantFrom(
    "dispatched-part-1",
    "--dispatched-part-2\r\n",
    "\r\n--",
    "dispatched-part-01",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(awkward), fc.uint8Array(), fc.string(), async (words, bytes, secret) => {
      const input = {
        text: words.join(""),
        file: 'x".png',
        bytes: Buffer.from(bytes).toString("base64"),
        none: null,
      };
      const { content, type } = bodyOf(request, input, { S: secret });
      assert.deepEqual(bodyOf(request, input, { S: secret }).content, content);
      const body = content as Uint8Array<ArrayBuffer>;
      const form = await new Response(body, { headers: { "content-type": type } }).formData();
      assert.deepEqual([...form.keys()], ['a"', "f", "s", "j"]);
      assert.equal(form.get('a"'), input.text);
      assert.equal(form.get("s"), secret);
      const file = form.get("f") as File;
      assert.deepEqual([file.name, file.type], ['x".png', "image/x"]);
      assert.deepEqual(new Uint8Array(await file.arrayBuffer()), new Uint8Array(bytes));
      const json = form.get("j");
      assert.deepEqual(JSON.parse(typeof json === "string" ? json : await (json as File).text()), [
        1,
        secret,
      ]);
    }),
    { numRuns: 60 },
  );
});

test("base64 is sent as its bytes, in either alphabet and with line breaks", () => {
  const at = (value: string) => send('base64: "{{ trigger.body }}"', value);
  const bytes = (value: string) => {
    const sent = at(value);
    return typeof sent === "string" ? sent : [...(sent.body as Uint8Array)];
  };
  assert.deepEqual(bytes("+/8=\r\n"), [0xfb, 0xff]);
  assert.deepEqual(bytes("-_8"), [0xfb, 0xff]);
  assert.equal(bytes("a"), "invalid_base64");
  assert.equal(bytes("a=b="), "invalid_base64");
  assert.equal(bytes("AAAA".repeat(400_000)), "body_too_large");
});

test("parts are too large together", () => {
  const request = 'multipart: [{name: a, text: "{{ trigger.body }}"}, {name: b, text: "{{ trigger.body }}"}]';
  assert.equal(send(request, "x".repeat(600_000)), "body_too_large");
  assert.equal(typeof send(request, "x".repeat(400_000)), "object");
});

test("a multipart takes the place of a default content type, and a line break ends no header", () => {
  const request = compileRequest(
    `${post}multipart: [{name: a, text: x}]`,
    "{headers: {content-type: text/css}}",
  );
  const rendered = renderRequest(request, scopeOf({}));
  assert.ok(rendered.ok && rendered.request.headers.length === 0);
  const part =
    'multipart: [{name: a, text: x, content_type: "{{ trigger.body.type }}", filename: "{{ trigger.body.file }}"}]';
  assert.equal(send(part, { type: "a/b\r\nx: y", file: "f" }), "invalid_header");
  const { content } = bodyOf(part, { type: "a/b", file: 'f\r\n"' });
  assert.match(
    new TextDecoder().decode(content as Uint8Array),
    /filename="f%0D%0A%22"\r\ncontent-type: a\/b\r\n/,
  );
});
