// Which of a tenant's successive keys counts now, for a device that has a key and does not know which one it is.

import { askError, askJson } from "./ask-json.ts";
import { ClientError } from "./client-error.ts";
import type { Device } from "./device.ts";
import { requirePinned } from "./require-pinned.ts";
import type { KeyResource } from "./resources.ts";

/**
 * Asks by the API key alone. What the server says need not be trusted: a handshake for another generation than the server's
 * own does not open. Errors: `handshake_refused` for an API key that is not known; `server_not_trusted`.
 */
export async function generationOf(device: Device): Promise<number> {
  const headers = { "dispatched-key": device.apiKey };
  const { generation } = (await askJson(device.url, "GET", "/api/rotation", { headers }).catch(
    async (error) => {
      if (!(error instanceof ClientError) || error.code !== "unauthenticated") throw error;
      await requirePinned(device);
      throw refused();
    },
  )) as unknown as KeyResource;
  if (!Number.isSafeInteger(generation) || generation < 1) throw askError(200);
  return generation;
}

/** As the handshake would have been. */
function refused(): ClientError {
  const problem = {
    code: "handshake_refused",
    detail: "The handshake was refused.",
    hint: "Check the API key, the private key, the server's key and its address, and begin a new handshake.",
  };
  return new ClientError(problem.code, 401, problem.detail, problem);
}
