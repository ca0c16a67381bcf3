// Another tab of this origin is let in by one that is signed in: a link opened anew asks for no key.

import { type Account, accountOf, enter, listAccounts } from "./accounts.ts";

type Said = { readonly type: "who" } | { readonly type: "these"; readonly accounts: readonly Account[] };

const answerMaxMs = 150;

/** Asks the other tabs once, and answers them from now on. Resolves when one answered, or soon when none does. */
export function shareSessions(): Promise<void> {
  const channel = new BroadcastChannel("dispatched.sessions");
  return new Promise((resolve) => {
    channel.addEventListener("message", ({ data }: MessageEvent<Said>) => {
      if (data.type === "who") {
        const accounts = listAccounts();
        if (accounts.length > 0) channel.postMessage({ type: "these", accounts } satisfies Said);
        return;
      }
      for (const account of data.accounts) {
        if (account.expiresAt > Date.now() && accountOf(account.tenant) === null) {
          enter(account, null, listAccounts().length === 0);
        }
      }
      resolve();
    });
    if (listAccounts().length > 0) return resolve();
    channel.postMessage({ type: "who" } satisfies Said);
    setTimeout(resolve, answerMaxMs);
  });
}
