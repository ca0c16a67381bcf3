// Vectors of sealing to a public key: what opens, and what must not.

import { lowOrderPoints } from "../../src/handshake/low-order-points.ts";
import { openWith, sealTo } from "../../src/handshake/seal-to.ts";
import { assert } from "../../src/value/assert.ts";
import type { Json } from "../../src/value/json.ts";
import { nodeSuite } from "../../src/vault/node-suite.ts";
import { drawing, fixed, hex, publicOf } from "./sample.ts";

const privateKey = fixed("recipient");
const encoder = new TextEncoder();

export function hpkeVectors(): Json {
  const [info, bound] = [encoder.encode("dispatched/v1/example"), encoder.encode("bound")];
  const plains = ["", "a data key", "ä".repeat(100)].map((text) => encoder.encode(text));
  const opens = plains.map((plain, index) => {
    const ephemeral = fixed(`encapsulation ${index}`);
    const sealed = sealTo(nodeSuite, drawing("", [ephemeral]), publicOf(privateKey), info, bound, plain);
    assert(sealed !== null, "the recipient's key can be sealed to");
    return {
      public_key: hex(publicOf(privateKey)),
      private_key: hex(privateKey),
      ephemeral_secret: hex(ephemeral),
      info: hex(info),
      bound: hex(bound),
      sealed: hex(sealed),
      plain: hex(plain),
    };
  });
  const sealed = Buffer.from(opens[1]?.sealed ?? "", "hex");
  const lowOrder = Buffer.concat([lowOrderPoints[0] ?? sealed, sealed.subarray(32)]);
  const refused = [
    { info, bound, sealed: flipped(sealed, 0) },
    { info, bound, sealed: flipped(sealed, 40) },
    { info, bound, sealed: sealed.subarray(0, -1) },
    { info, bound, sealed: sealed.subarray(0, 20) },
    { info, bound, sealed: lowOrder },
    { info: bound, bound, sealed },
    { info, bound: info, sealed },
  ];
  for (const one of refused) {
    const opened = openWith(nodeSuite, nodeSuite.privateKey(privateKey), one.info, one.bound, one.sealed);
    assert(opened === null, "what must not open does not");
  }
  return {
    opens,
    refused: refused.map((one) => ({
      private_key: hex(privateKey),
      info: hex(one.info),
      bound: hex(one.bound),
      sealed: hex(one.sealed),
    })),
  };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}
