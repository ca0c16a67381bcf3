// The documentation as the server shows it: every page, every link and its place, as Markdown too, and nothing that runs.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { root } from "../tidy/source-files.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-docs-"));
const files = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((file) =>
  file.replaceAll("\\", "/"),
);
const paths = files.filter((file) => file.endsWith(".md")).map((file) => file.slice(0, -3));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${engine.url}${path}`, { headers });

async function page(path: string): Promise<string> {
  const answer = await get(path, { accept: "text/html" });
  assert.equal(answer.status, 200, path);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/html/, path);
  assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/, path);
  return answer.text();
}

test("every page is shown with a title of its own, runs nothing, loads nothing, and links only what is there", async () => {
  const shown = new Map<string, string>();
  for (const path of paths) shown.set(`/docs/${path}`, await page(`/docs/${path}`));
  shown.set("/docs", await page("/docs"));
  for (const [path, html] of shown) {
    assert.match(html, /<title>[^<]{3,}<\/title>/, path);
    assert.doesNotMatch(html, /<script|<img|<iframe|\son\w+=|\sstyle=|<!--/i, path);
    const loaded = [...html.matchAll(/(?:src|<link rel="stylesheet" href)="([^"]*)"/g)].map(([, url]) => url);
    assert.deepEqual(loaded, ["/docs/docs.css"], path);
    for (const [, href = ""] of html.matchAll(/<a [^>]*?href="([^"]*)"/g)) {
      if (/^https?:/.test(href)) continue;
      const [to = "", place] = href.split("#");
      if (to.endsWith(".md") || to.endsWith(".json")) continue;
      const target = to === "" ? html : shown.get(to);
      assert.ok(target !== undefined, `${path} links ${href}`);
      if (place !== undefined) assert.ok(target.includes(`id="${place}"`), `${path} links ${href}`);
    }
  }
  const titles = new Set([...shown.values()].map((html) => /<title>(.*)<\/title>/.exec(html)?.[1]));
  // The first page stands at two addresses.
  assert.ok(titles.size >= paths.length - 5, `${titles.size} titles of ${paths.length} pages`);
});

test("every page is there as Markdown, by its name or by what is asked for, without what the tests are told", async () => {
  for (const path of paths) {
    const answer = await get(`/docs/${path}.md`);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/markdown/, path);
    assert.doesNotMatch(await answer.text(), /^<!-- ?(test|fields)/m, path);
  }
  const asked = await get("/docs/reference/keys", { accept: "text/markdown" });
  assert.match(await asked.text(), /^# Rotation/);
});

test("llms.txt lists the pages by addresses that answer, and llms-full.txt holds them all", async () => {
  const index = await (await get("/llms.txt")).text();
  assert.match(index, /^# Dispatched\n\n> /);
  const links = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? "");
  assert.ok(links.length > 30);
  for (const link of links) assert.equal((await get(link)).status, 200, link);
  const listed = new Set(links.map((link) => link.replace(/^\/docs\/|\.md$/g, "")));
  const left = paths.filter((path) => !/^(errors|adr)\//.test(path) && path !== "index" && !listed.has(path));
  assert.deepEqual(left, [], "docs/index.md lists every page");
  const full = await (await get("/llms-full.txt")).text();
  for (const path of listed) assert.ok(full.includes(`<!-- /docs/${path}.md -->`), path);
});

test("a link of a page's Markdown leads to what is served, or away from this server", async () => {
  const linked = new Set<string>();
  for (const path of [...paths.map((page) => `/docs/${page}.md`), "/llms-full.txt"]) {
    const markdown = await (await get(path)).text();
    for (const [, target = ""] of markdown.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|#)/.test(target)) continue;
      assert.match(target, /^\/docs\//, `${path} links ${target}`);
      linked.add(target.replace(/#.*/, ""));
    }
  }
  assert.ok(linked.size > 200);
  for (const path of linked) assert.equal((await get(path)).status, 200, path);
  // What is not served is named all the same.
  const protocol = await (await get("/docs/reference/protocol.md")).text();
  assert.match(protocol, /^this page. `examples\/python-client` is one/m);
});

test("a search finds the section, and shows what was searched for as text", async () => {
  const html = await page("/docs/search?q=recovery+sheet");
  assert.match(html, /href="\/docs\/reference\/keys#recovery"/);
  const first = (await page("/docs/search?q=http_status")).match(
    /<ol class="found">\s*<li><a href="([^"]*)"/,
  );
  assert.equal(first?.[1], "/docs/errors/http_status");
  const hostile = await page(`/docs/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
  assert.doesNotMatch(hostile, /<script/);
  assert.match(await page("/docs/search?q=zzzunknownzzz"), /Nothing has all of these words/);
});

test("the type of a problem leads to its page", async () => {
  const answer = await get("/api/runs");
  const { type, code } = (await answer.json()) as { readonly type: string; readonly code: string };
  assert.match(await page(type), new RegExp(`<h1 id="${code}">`));
});

test("the code of any status leads to the page of all of them", async () => {
  for (const code of ["http_422", "http_503"]) {
    assert.match(await page(`/docs/errors/${code}`), /<h1 id="http_status">/);
    const markdown = await get(`/docs/errors/${code}.md`);
    assert.deepEqual([markdown.status, /^# http_status\n/.test(await markdown.text())], [200, true], code);
  }
  assert.equal((await get("/docs/errors/http_4222")).status, 404);
  assert.equal((await get("/docs/http_422")).status, 404);
});

test("what is not there is told as who asks reads it, and nothing outside of docs is given", async () => {
  for (const path of ["/docs/no-such-page", "/docs/%2e%2e%2fpackage.json", "/docs/..%2f..%2fpackage.json"]) {
    const browser = await get(path, { accept: "text/html" });
    assert.equal(browser.status, 404, path);
    assert.match(await browser.text(), /There is no such page/, path);
    const program = await get(path);
    assert.equal(program.status, 404, path);
    assert.equal(((await program.json()) as { readonly code: string }).code, "not_found", path);
  }
});

test("a slash at the end of a page's address leads to the page", async () => {
  for (const [path, to] of [
    ["/docs/", "/docs"],
    ["/docs/search/?q=lua", "/docs/search?q=lua"],
    ["/docs/reference/cli/", "/docs/reference/cli"],
    ["/api/", "/api"],
  ] as const) {
    const answer = await fetch(`${engine.url}${path}`, { redirect: "manual" });
    assert.deepEqual([answer.status, answer.headers.get("location")], [308, to], path);
    assert.equal((await get(path)).status, 200, path);
  }
  // An id that is empty is no page, and nothing leads away from this server.
  for (const path of ["/api/runs/", "//docs/", "//example.org/", "/docsx/"]) {
    const answer = await fetch(`${engine.url}${path}`, { redirect: "manual" });
    assert.equal(answer.status, 404, path);
  }
  const post = await fetch(`${engine.url}/api/`, { method: "POST", redirect: "manual" });
  assert.equal(post.status, 404);
});
