// The one refusal of a handshake, whatever was wrong.

import { DispatchedError } from "../value/problem.ts";

export function handshakeRefused(): DispatchedError {
  return new DispatchedError("handshake_refused", "The handshake was refused.", {
    hint: "Check the API key, the private key, the server's key and its address, and begin a new handshake.",
  });
}
