// The failure of an attempt that a crash of the engine cut off.

import type { Failure } from "./failure.ts";

export const lostAttempt: Failure = {
  kind: "crash",
  code: "engine_crashed",
  message: "the engine stopped while the attempt was under way",
  reach: "unknown",
  accepted: false,
  status: null,
  headers: null,
  body: null,
};
