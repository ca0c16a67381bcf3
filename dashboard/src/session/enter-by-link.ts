// A one-time address, as `dispatched open` makes it: its code is after the `#`, which no server and no log sees.

import { enter } from "./accounts.ts";

const mark = "#sign-in=";

/** Redeems the code of the address, if there is one, and takes it out of the address before anything else. */
export async function enterByLink(): Promise<void> {
  if (!location.hash.startsWith(mark)) return;
  const code = location.hash.slice(mark.length);
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch("/api/sign-in-links/redeem", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  const said = (await answer.json()) as Record<string, string>;
  if (!answer.ok) {
    throw new Error(`${said["detail"] ?? "This address signs in no more"}. Run \`dispatched open\` again.`);
  }
  enter(
    {
      tenant: said["tenant"] ?? "",
      token: said["session"] ?? "",
      expiresAt: Date.parse(said["expires_at"] ?? ""),
    },
    null,
  );
}
