// A one-time address, as `dispatched open` makes it: its code is after the `#`, which no server and no log sees.

import { redeemSignInLink, signInCodeOf } from "dispatched/client";
import { announce } from "../look/announce.tsx";
import { enter } from "./accounts.ts";

/** Redeems the code of the address, if there is one, and takes it out of the address before anything else. */
export async function enterByLink(): Promise<void> {
  if (!location.hash.startsWith("#sign-in=")) return;
  const code = signInCodeOf(location.hash);
  history.replaceState(null, "", location.pathname + location.search);
  if (code === null) throw new Error("This address was cut. Run `dispatched open` again.");
  const { tenant, session, expires_at } = await redeemSignInLink(location.origin, code);
  enter({ tenant, token: session, expiresAt: Date.parse(expires_at) }, null);
  // Whoever made the link chose the tenant: it is told before anything is typed in.
  announce(`Signed in as ${tenant}`);
}
