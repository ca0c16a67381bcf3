// The reference to click through: whole in itself, and strict about what it may run and ask.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Script } from "node:vm";
import type { ApiRequest } from "../../src/server/api-request.ts";
import type { RouteContext } from "../../src/server/route.ts";
import { allRoutes } from "../../src/server/routes/all-routes.ts";

async function read(path: string) {
  const found = allRoutes.find((route) => route.method === "GET" && route.path === path);
  assert.ok(found !== undefined, path);
  const handle = found.handle as unknown as (
    context: RouteContext,
    request: ApiRequest,
  ) => Promise<{ headers: object; body: string }>;
  const { headers, body } = await handle({} as RouteContext, {} as ApiRequest);
  return { headers: headers as Readonly<Record<string, string>>, body };
}

test("the page names nothing of another origin, and its policy would refuse it", async () => {
  for (const path of ["/api", "/api/reference.css", "/api/reference.js"]) {
    const { headers, body } = await read(path);
    assert.doesNotMatch(body, /https?:\/\/|url\(|@import|\beval\b|innerHTML|new Function/, path);
    const policy = headers["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  }
  const { body } = await read("/api");
  assert.doesNotMatch(body, /<script>|<style>|style=|\son\w+=/);
  const linked = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = ""]) => target);
  const paths = allRoutes.map((route) => route.path);
  for (const target of linked) assert.ok(target === "data:," || paths.includes(target), target);
});

test("its script is one that browsers can read, and asks for parts of the page that are there", async () => {
  const [{ body: page }, { body: script }] = [await read("/api"), await read("/api/reference.js")];
  new Script(script);
  for (const [, id] of script.matchAll(/byId\("(\w+)"\)/g)) assert.ok(page.includes(`id="${id}"`), id);
});
