// The methods of the client with their texts, whichever class of its chain they stand in.

import { Asker } from "../../src/client/asker.ts";
import { Client } from "../../src/client/client.ts";

/** By name; without those of the class on which all stand. */
export function clientMethods(): ReadonlyMap<string, string> {
  const methods = new Map<string, string>();
  for (let at: object = Client.prototype; at !== Asker.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (name !== "constructor") methods.set(name, String(value));
    }
  }
  return methods;
}
