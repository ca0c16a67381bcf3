// Whether what refuses a device is the server that it has pinned: a refusal of another one says nothing of the keys.

import type { AnswerProblem } from "../handshake/sign-in.ts";
import { askJson } from "./ask-json.ts";
import { ClientError } from "./client-error.ts";
import type { Device } from "./device.ts";
import type { ServerResource } from "./resources.ts";

/** A server refuses keys that are not its own as it refuses everything: whether that is it, it tells elsewhere. */
export async function requirePinned(device: Device): Promise<void> {
  const server = (await askJson(device.url, "GET", "/api/server", {})) as unknown as ServerResource;
  if (server.server_keys.some((key) => device.serverKeys.includes(key))) return;
  throw notTrusted(device, "not_authentic", server.server_keys[0] ?? null);
}

/** @param shown the key that the server tells; null when it is not known */
export function notTrusted(
  { url, serverKeys }: Device,
  problem: AnswerProblem,
  shown: string | null,
): ClientError {
  const message =
    problem === "not_recoverable"
      ? "the server has nothing that this recovery key opens"
      : `what answers at ${url} has not the key that is pinned for it (${serverKeys.join(", ")})${
          shown === null ? "" : `, but shows ${shown}`
        }`;
  const hint =
    "somebody may stand between: compare the key with what the operator of the server says; " +
    "if it has changed, `dispatched login --server-key KEY` pins the new one";
  return new ClientError("server_not_trusted", 0, message, {
    code: "server_not_trusted",
    detail: message,
    hint,
  });
}
