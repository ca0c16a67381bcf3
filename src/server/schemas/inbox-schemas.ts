// Schemas of the inbox, hooks and grants.

import { grantWays } from "../../engine/inbox-api.ts";
import {
  anything,
  choice,
  either,
  flag,
  list,
  mapOf,
  orNull,
  record,
  text,
  time,
  whole,
} from "../typed-schema.ts";
import { anyId, version, workflowName } from "./parts.ts";

export const itemId = anyId("Id of an item", "itm");
export const hookId = anyId("Id of a hook", "hok");
export const deliveryId = anyId("Id of a delivery", "dlv");
export const deliveryStates = ["started", "waiting", "rejected", "expired", "refused", "answered"] as const;
export const grantId = anyId("Id of a grant", "gra");
export const itemStates = ["waiting", "started", "rejected", "expired"] as const;

const itemHead = {
  id: itemId,
  number: whole("Its number in the line"),
  kind: choice("What came", ["start", "signal", "callback", "cancel", "cron", "event"]),
  state: choice("What became of it", itemStates),
  workflow: orNull(text("That it starts")),
  hook: orNull(text("Id of the hook that it came by")),
  run: orNull(text("Id of the run that it started, or was for")),
  reason: orNull(text("Code for which it was rejected")),
  received_at: time("When it came"),
  expires_at: time("When it is given up"),
  settled_at: orNull(time("When it was judged")),
} as const;

export const item = record("An item of the inbox", itemHead, "InboxItem");
export const shownItem = record(
  "An item with what it holds",
  { ...itemHead, content: anything("What it holds; null for one that was started") },
  "ShownInboxItem",
);

const deliveryHead = {
  id: deliveryId,
  hook: hookId,
  state: choice("Refused or answered at the door, or what became of it", deliveryStates),
  run: orNull(text("Id of the run that it came to")),
  item: orNull(text("Id of the item of the inbox in which it waits or waited")),
  repeated: flag("Whether the run or item was there before, as it was known at the door"),
  reason: orNull(text("Code for which it was refused or rejected")),
  replay_of: orNull(text("Id of the delivery that was sent again")),
  received_at: time("When it came"),
  expires_at: time("Until when it is kept"),
} as const;

export const delivery = record("What came by a hook", deliveryHead, "Delivery");
export const shownDelivery = record(
  "What came by a hook, with headers and body",
  {
    ...deliveryHead,
    method: text("Method"),
    headers: mapOf("Without those that carry credentials", text("Value")),
    query: mapOf(
      "Parameters by name; lists of those that came twice",
      either(text("Value"), list("Values", text("Value"))),
    ),
    body: text("Byte for byte as it came"),
    encoding: choice("Of the body: base64url for what is not UTF-8", ["utf-8", "base64url"]),
    whole: flag("Whether all of the body is kept"),
  },
  "ShownDelivery",
);

export const challenge = record("What the sender wants to hear", {
  challenge: text("As it came"),
});

const hookHead = {
  id: hookId,
  workflow: workflowName,
  verify: flag("Whether the workflow checks signatures"),
  quota: whole("Items of it that may wait"),
  waiting: whole("Items of it that wait"),
  created_at: time("When it was made"),
  revoked_at: orNull(time("When it was revoked")),
} as const;

export const hook = record("A hook", hookHead, "Hook");
export const madeHook = record(
  "A hook with its address, shown this once",
  { ...hookHead, token: text("The token in its address"), url: text("Its address") },
  "MadeHook",
);

export const grant = record(
  "What lets one version of a workflow start while nobody is signed in",
  {
    id: grantId,
    workflow: workflowName,
    version,
    triggers: list("By what it may start", choice("Way", grantWays)),
    hosts: list("Hosts that runs may call", text("Host")),
    secrets: list("Secrets that runs may use", text("Name")),
    verify: flag("Whether signatures of hooks are checked at the door"),
    created_at: time("When it was made"),
    expires_at: time("When it ends by itself"),
    ended_at: orNull(time("When it ended")),
    end: orNull(choice("Why it ended", ["revoked", "expired", "version", "replaced", "deleted"])),
  },
  "Grant",
);
