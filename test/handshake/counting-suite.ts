// A suite that counts what is asked of it: exchanges, keys made, texts sealed and opened.

import type { CryptoSuite } from "../../src/handshake/crypto-suite.ts";

export interface Counts {
  exchanges: number;
  privateKeys: number;
  seals: number;
  opens: number;
  derivations: number;
}

export function countingSuite(suite: CryptoSuite): { readonly suite: CryptoSuite; take(): Counts } {
  const none = (): Counts => ({ exchanges: 0, privateKeys: 0, seals: 0, opens: 0, derivations: 0 });
  let counts = none();
  return {
    suite: {
      ...suite,
      x25519: (own, peer) => {
        counts.exchanges++;
        return suite.x25519(own, peer);
      },
      privateKey: (bytes) => {
        counts.privateKeys++;
        return suite.privateKey(bytes);
      },
      seal: (key, nonce, bound, plain) => {
        counts.seals++;
        return suite.seal(key, nonce, bound, plain);
      },
      open: (key, nonce, bound, sealed) => {
        counts.opens++;
        return suite.open(key, nonce, bound, sealed);
      },
      hkdfSha256: (secret, salt, info, size) => {
        counts.derivations++;
        return suite.hkdfSha256(secret, salt, info, size);
      },
    },
    /** The counts since the last call. */
    take() {
      const taken = counts;
      counts = none();
      return taken;
    },
  };
}
