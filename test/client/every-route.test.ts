// Every route of the API has a method of the client, and no method asks what is no route.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../tidy/source-files.ts";
import { clientMethods } from "./client-methods.ts";

/** Routes without a method, and why. */
const without: Readonly<Record<string, string>> = {
  "POST /api/session": "a handshake, which needs keys and no session: performHandshake",
  "POST /api/session/confirm": "the second half of it",
  "POST /api/sign-in-links/redeem": "there is no session before it: redeemSignInLink",
  "POST /api/grants": "refused: makeGrant does it, by a handshake",
  "POST /api/keys/rotate": "refused: rotateKey does it, by a handshake",
  "POST /api/keys/backup": "refused: backUpKey does it, by a handshake",
  "POST /api/keys/api-key": "refused: replaceApiKey does it, by a handshake",
  "POST /api/tenants": "there is no session before there is a tenant: createTenant",
  "GET /healthz": "for whoever restarts the process; ready says whether the engine takes work",
  "GET /api": "a page for people",
  "GET /api/reference.css": "a part of that page",
  "GET /api/reference.js": "a part of that page",
  "GET /api/openapi.json": "what the client's types are written from",
  "GET /docs": "pages for people",
  "GET /docs/search": "pages for people",
  "GET /docs/{page}": "pages for people",
  "GET /docs/{folder}/{page}": "pages for people",
  "GET /docs/{folder}/{part}/{page}": "pages for people",
  "GET /llms.txt": "for models that read",
  "GET /llms-full.txt": "for models that read",
};

function described(): readonly string[] {
  const { paths } = JSON.parse(readFileSync(join(root, "docs/reference/openapi.json"), "utf8"));
  return Object.entries(paths as object).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** What the text of a method names. */
function asked(text: string): readonly string[] {
  return [...text.matchAll(/"((?:GET|POST|PUT|PATCH|DELETE) \/[^"]*)"/g)].map(([, route = ""]) => route);
}

test("every route has a method, or a reason for having none", () => {
  const covered = new Set([...clientMethods().values()].flatMap(asked));
  const routes = described();
  const missing = routes.filter((route) => !covered.has(route) && !Object.hasOwn(without, route));
  assert.deepEqual(missing, [], "a method of a class in src/client/methods, with `this.ask`");
  const needless = Object.keys(without).filter((route) => covered.has(route) || !routes.includes(route));
  assert.deepEqual(needless, [], "no reason is needed any more");
});

/** They call methods that are looked at here. */
const throughOthers: ReadonlySet<string> = new Set(["command", "getRunBody"]);

test("every method asks a route that is described", () => {
  const routes = new Set(described());
  for (const [name, text] of clientMethods()) {
    if (throughOthers.has(name)) continue;
    assert.notEqual(asked(text).length, 0, `${name} asks nothing`);
    for (const route of asked(text)) assert.ok(routes.has(route), `${name} asks ${route}`);
  }
});
