// What no session does, answered by saying what does it: handshakes of their own, with the private key.

import { DispatchedError } from "../../value/problem.ts";
import { type Route, route } from "../route.ts";

const needs = [
  ["/api/grants", "makeGrant", "inbox", "a grant", "dispatched grant create WORKFLOW"],
  ["/api/keys/rotate", "rotateKey", "accounts", "another private key", "dispatched key rotate"],
  ["/api/keys/backup", "backUpKey", "accounts", "a recovery sheet", "dispatched key backup"],
  ["/api/keys/api-key", "replaceApiKey", "accounts", "another API key", "dispatched tenant new-api-key"],
] as const;

export const privateKeyRoutes: readonly Route[] = needs.map(([path, id, tag, what, command]) =>
  route({
    method: "POST",
    path,
    access: "session",
    id,
    tag,
    summary: `Refused: ${what} is made by a handshake with the private key, as docs/reference/protocol.md says`,
    answers: {},
    errors: ["private_key_needed"],
    handle: async () => {
      throw new DispatchedError("private_key_needed", `a session makes no ${what.replace(/^an? /, "")}`, {
        hint: `on a machine that has the private key: \`${command}\``,
      });
    },
  }),
);
