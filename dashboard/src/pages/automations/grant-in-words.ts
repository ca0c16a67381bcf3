// A grant said in words: by what the workflow starts, what the server can open meanwhile, whom its runs may call.

import type { GrantResource } from "dispatched/client";

const byWords: Readonly<Record<string, string>> = {
  key: "by a request with the API key",
  hook: "by a hook",
  cron: "by the clock",
  event: "by an event",
};

function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}`;
}

export function grantInWords(
  grant: Pick<GrantResource, "triggers" | "hosts" | "secrets" | "verify">,
): string {
  const { triggers, hosts, secrets, verify } = grant;
  const by = listed(triggers.map((one) => byWords[one] ?? one));
  const opens = [
    "this version",
    secrets.length === 0 ? "" : `the secrets ${secrets.join(", ")}`,
    verify ? "the secret by which signatures are checked" : "",
  ].filter((part) => part !== "");
  const calls = hosts.length === 0 ? "Its runs may call nobody." : `Its runs may call ${hosts.join(", ")}.`;
  return `Starts ${by} while nobody is signed in. The server can open ${opens.join(" and ")}. ${calls}`;
}
