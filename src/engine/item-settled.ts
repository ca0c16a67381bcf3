// What a sender hears whose item of the inbox another node has settled.

import { DispatchedError } from "../value/problem.ts";

export function itemSettled(): DispatchedError {
  const message = "the item of the inbox was settled meanwhile";
  return new DispatchedError("store_unavailable", message, { retryable: true });
}
