// Schemas of sessions as they are listed, and of sign-in links.

import { choice, flag, list, record, text, time } from "../typed-schema.ts";

export const signInLink = record(
  "A sign-in link",
  { code: text("`dst_link_…`; it goes into the fragment of an address"), expires_at: time("Its end") },
  "SignInLink",
);

export const redeemed = record("A code", { code: text("`dst_link_…`", { maxLength: 255 }) });

export const linkedSession = record(
  "A session that a link opened",
  {
    session: text("Token, for the header `Dispatched-Session`"),
    tenant: text("Id of the tenant: show whose it is before anything is typed in"),
    created_at: time("When it was opened"),
    expires_at: time("Its end: that of the session that made the link"),
  },
  "LinkedSession",
);

export const sessionList = record("Sessions", {
  sessions: list(
    "Those that last",
    record(
      "A session, as it is listed",
      {
        id: text("As the audit log names it"),
        by: choice("What opened it", ["handshake", "link"]),
        created_at: time("When it was opened"),
        expires_at: time("Its end"),
        current: flag("Whether the request was made with it"),
      },
      "ListedSession",
    ),
  ),
});
