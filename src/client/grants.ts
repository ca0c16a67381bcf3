// Standing grants from the outside: made by a handshake of their own, which no session can do.

import type { Device } from "./device.ts";
import { performHandshake } from "./perform-handshake.ts";

export interface GrantOrder {
  readonly workflow: string;
  /** By what it may start: `key`, `hook`, `cron`, `event`; all of them unless it says so. */
  readonly triggers?: readonly string[] | undefined;
  /** The hosts that its runs may call; none unless it says so. */
  readonly hosts?: readonly string[] | undefined;
  /** Whether signatures of hooks are checked at the door. */
  readonly verify?: boolean | undefined;
  /** More than 0, at most 90, which it is unless it says so. */
  readonly days?: number | undefined;
}

export interface NewGrantResource {
  readonly grant: string;
  readonly version: number;
  readonly expires_at: string;
}

/** Lets the highest version of the workflow start while nobody is signed in. Errors: `invalid_grant`, `workflow_not_found`. */
export async function makeGrant(device: Device, order: GrantOrder): Promise<NewGrantResource> {
  const { workflow, triggers, hosts, verify, days } = order;
  const { result } = await performHandshake(device, "grant", {
    action: {
      type: "make_grant",
      workflow,
      ...(triggers === undefined ? {} : { triggers }),
      ...(hosts === undefined ? {} : { hosts }),
      ...(verify === undefined ? {} : { verify }),
      ...(days === undefined ? {} : { days }),
    },
  });
  return result as unknown as NewGrantResource;
}
