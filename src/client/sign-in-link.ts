// Sign-in links from the browser's side: the code comes in the fragment of an address, and goes for a session.

import { askJson } from "./ask-json.ts";
import type { AnswerOf } from "./route-types.ts";

/**
 * The address of a page that signs in by a link. The code stands in the fragment, which browsers send to nobody.
 * @param url of the server; @param path of the page: `/runs/run_…`
 */
export function signInAddress(url: string, code: string, path = "/"): string {
  return `${url.replace(/\/$/, "")}${path}#sign-in=${code}`;
}

/** The code in `location.hash`, or null. Take it out of the address, by `history.replaceState`, before anything else. */
export function signInCodeOf(fragment: string): string | null {
  return /^#?sign-in=(dst_link_[\w-]{43})$/.exec(fragment)?.[1] ?? null;
}

/**
 * The session that the code opens: its token for `new Client(url, session)`. Show `tenant` before anything is typed in: whoever
 * made the link chose it. Errors: `sign_in_link_refused`, `too_many_attempts`.
 */
export async function redeemSignInLink(
  url: string,
  code: string,
): Promise<AnswerOf<"POST /api/sign-in-links/redeem">> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ code });
  const answer = await askJson(url, "POST", "/api/sign-in-links/redeem", { headers, body });
  return answer as unknown as AnswerOf<"POST /api/sign-in-links/redeem">;
}
