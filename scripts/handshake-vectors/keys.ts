// Vectors of what stands alone: derived keys, the texts of keys and tokens.

import { readKeyText } from "../../src/handshake/key-text.ts";
import { lowOrderPoints } from "../../src/handshake/low-order-points.ts";
import { checkOf, sealKeyPairOf, wrapKeyOf, wrappingKeyOf } from "../../src/handshake/tenant-keys.ts";
import { readToken, writeToken } from "../../src/handshake/token-text.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { Json } from "../../src/value/json.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { deviceKey, fixed, hex, keyText, owner, publicOf } from "./sample.ts";

export function keyVectors(): Json {
  return { derived: derived(), key_texts: keyTexts(), tokens: tokens() };
}

function derived(): Json {
  const owners = [
    owner,
    { ...owner, generation: 1 },
    { tenant: "ten_06f2f3h4jk6n0q2s4v6x8z0a2d" as TenantId, generation: 4_294_967_298 },
  ];
  return owners.map((of) => {
    const wrappingKey = wrappingKeyOf(nodeSuite, deviceKey, of);
    const pair = sealKeyPairOf(nodeSuite, wrappingKey, of);
    return {
      private_key: hex(deviceKey),
      public_key: hex(publicOf(deviceKey)),
      tenant: of.tenant,
      generation: of.generation,
      wk: hex(wrappingKey),
      check: hex(checkOf(nodeSuite, wrappingKey)),
      dek_wrap: hex(wrapKeyOf(nodeSuite, wrappingKey, of)),
      seal_private_key: hex(pair.bytes),
      seal_public_key: hex(pair.privateKey.publicKey),
    };
  });
}

/** Texts as they are read for the kind `private` or `public`: the key's bytes, or what is wrong. */
function keyTexts(): Json {
  const text = keyText("private", deviceKey);
  const publicText = keyText("public", publicOf(deviceKey));
  const asked = [
    ["private", text],
    ["private", `  ${text}\n`],
    ["private", `${text.slice(0, 20)}${text[20] === "A" ? "B" : "A"}${text.slice(21)}`],
    ["private", text.slice(0, -1)],
    ["private", `${text}A`],
    ["private", publicText],
    ["private", text.replace("dprv1_", "dprv2_")],
    ["private", hex(deviceKey)],
    ["public", publicText],
    ["public", text],
    ["public", text.replace("dprv1_", "dpub1_")],
    ["public", keyText("public", lowOrderPoints[0] ?? deviceKey)],
    ["server", keyText("server", publicOf(fixed("server")))],
    ["server", publicText],
  ] as const;
  return asked.map(([kind, one]) => {
    const found = readKeyText(nodeSuite, kind, one);
    return found.ok
      ? { kind, text: one, bytes: hex(found.bytes) }
      : { kind, text: one, problem: found.problem };
  });
}

function tokens(): Json {
  const session = writeToken("session", fixed("session"));
  const texts = [
    session,
    writeToken("key", fixed("api key")),
    writeToken("run", fixed("run")),
    session.slice(0, -1),
    `${session}A`,
    `${session.slice(0, -1)}_`,
    session.replace("dst_sess_", "dst_test_"),
    "",
  ];
  return texts.map((text) => {
    const token = readToken(text);
    return token === null ? { text, kind: null } : { text, kind: token.kind, bytes: hex(token.bytes) };
  });
}
