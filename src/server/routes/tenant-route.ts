// Registration: a public key becomes a tenant.

import { readKeyText } from "../../handshake/key-text.ts";
import { nobleSuite } from "../../handshake/noble-suite.ts";
import { addressOf } from "../api-request.ts";
import { invalidBody, objectOf, textOf } from "../body-members.ts";
import { readJsonBody } from "../read-json-body.ts";
import { jsonAnswer, type Route } from "../route.ts";

/** Everybody may send one. */
const registrationBytesMax = 4 * 1024;

export const tenantRoute: Route = {
  method: "POST",
  path: "/api/tenants",
  access: "anyone",
  handle: async ({ accounts, server }, request) => {
    const { value } = await readJsonBody(request, registrationBytesMax);
    const object = objectOf(value, "a registration", ["public_key", "invite"]);
    const key = readKeyText(nobleSuite, "public", textOf(object, "public_key") ?? "");
    if (!key.ok) throw invalidBody("`public_key` is no public key: dpub1_ and 48 characters");
    const invite = textOf(object, "invite") ?? null;
    const { tenant, apiKey, generation } = await accounts.createTenant(key.bytes, invite, addressOf(request));
    const answer = { tenant, api_key: apiKey, generation, server_keys: [...server.keys] };
    return jsonAnswer(201, { ...answer, origin: server.origin() });
  },
};

/** What a device compares with what it has pinned: it proves nothing by itself. */
export const serverRoute: Route = {
  method: "GET",
  path: "/api/server",
  access: "anyone",
  handle: async ({ server }) => {
    const { keys, origin, registration } = server;
    return jsonAnswer(200, { server_keys: [...keys], origin: origin(), registration });
  },
};
