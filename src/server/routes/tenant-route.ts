// Registration: a public key becomes a tenant.

import { readKeyText } from "../../handshake/key-text.ts";
import { nobleSuite } from "../../handshake/noble-suite.ts";
import { DispatchedError } from "../../value/problem.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { registered, registration, server as serverSchema } from "../schemas/account-schemas.ts";

/** Everybody may send one. */
const registrationBytesMax = 4 * 1024;

export const tenantRoute: Route = route({
  method: "POST",
  path: "/api/tenants",
  access: "anyone",
  id: "register",
  tag: "accounts",
  summary: "Registers a public key",
  body: jsonBody(registration, { bytesMax: registrationBytesMax }),
  answers: { 201: answer("The tenant, with its API key, shown this once", registered) },
  errors: ["registration_closed", "too_many_attempts"],
  handle: async ({ accounts, server }, request) => {
    const key = readKeyText(nobleSuite, "public", request.body.public_key);
    if (!key.ok) {
      throw new DispatchedError("invalid_body", "`public_key` is no public key: dpub1_ and 48 characters");
    }
    const invite = request.body.invite ?? null;
    const { tenant, apiKey, generation } = await accounts.createTenant(key.bytes, invite, request.address);
    const body = { tenant, api_key: apiKey, generation, server_keys: [...server.keys] };
    return jsonAnswer(201, { ...body, origin: server.origin() });
  },
});

/** What a device compares with what it has pinned: it proves nothing by itself. */
export const serverRoute: Route = route({
  method: "GET",
  path: "/api/server",
  access: "anyone",
  id: "getServer",
  tag: "server",
  summary: "What a device must know of the server",
  answers: { 200: answer("Its keys, address and who may register", serverSchema) },
  errors: [],
  handle: async ({ server }) => {
    const { keys, origin, registration: open } = server;
    return jsonAnswer(200, { server_keys: [...keys], origin: origin(), registration: open });
  },
});
