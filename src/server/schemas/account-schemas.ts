// Schemas of tenants, sessions, rotations and the audit log.

import {
  anything,
  choice,
  either,
  flag,
  list,
  mapOf,
  optional,
  orNull,
  record,
  text,
  time,
  whole,
} from "../typed-schema.ts";

const keys = list("Texts of the server's public keys", text("Key"));
const origin = text("The server's address as devices write it");

export const registration = record("A registration", {
  public_key: text("Public key: `dpub1_` and 48 characters"),
  invite: optional(orNull(text("Invitation, where the server asks for one"))),
});

export const registered = record(
  "A tenant, with its API key, shown this once",
  {
    tenant: text("Id of the tenant"),
    api_key: text("API key"),
    generation: whole("Generation of the tenant's key", 1),
    server_keys: keys,
    origin,
  },
  "Registered",
);

export const server = record(
  "What a device must know of the server",
  {
    server_keys: keys,
    origin,
    registration: choice("Who may register", ["open", "invite", "closed"]),
  },
  "Server",
);

const whatWaited = record(
  "What waited for somebody of the tenant to sign in, and is set going by that",
  {
    opened_at: time("When the tenant was opened on the engine that answers"),
    items: whole("Items of the inbox that were judged since"),
    rejected: whole("Of these the ones that were rejected"),
    waiting: whole("Items that are still to be judged"),
    runs: whole("Runs that the engine could not open alone"),
    oldest_at: orNull(time("When the first of them came, or was due")),
  },
  "WhatWaited",
);

export const session = record(
  "A session",
  {
    tenant: text("Id of the tenant"),
    created_at: time("Sign-in"),
    expires_at: time("Its end"),
    waited: orNull(whatWaited),
  },
  "Session",
);

/** Handshakes refuse whatever is wrong with one answer, so that nothing is told by judging their form. */
export const handshakeMessage = anything("A message of the handshake, as docs/reference/protocol.md says");
export const handshakeAnswer = anything("The answer to it");

export const rotation = record(
  "The tenant's key, and how far its last rotation is",
  {
    generation: whole("Generation of the tenant's key", 1),
    rotation: orNull(
      record(
        "The last rotation",
        {
          from: whole("Generation before", 1),
          to: whole("Generation after", 1),
          deep: flag("Whether quiet records get fresh keys"),
          records: whole("Records at its beginning"),
          done: whole("Records that were looked at"),
          started_at: time("Its beginning"),
          ended_at: orNull(time("Its end")),
        },
        "Rotation",
      ),
    ),
  },
  "Key",
);

export const auditEntry = record(
  "What was done, by whom",
  {
    seq: whole("Its number", 1),
    id: text("Random"),
    at: time("When"),
    action: text("What was done"),
    actor: record("On whose account", {
      type: text("By what it was known"),
      id: orNull(text("The beginning of a credential's hash, or an id")),
    }),
    address: orNull(text("Of the caller")),
    fields: mapOf(
      "In the clear",
      either(either(orNull(text("Value")), whole("Value")), list("Values", text("Value"))),
    ),
    texts: orNull(mapOf("What was sealed", text("Value"))),
    mac: text("Its code: base64url"),
  },
  "AuditEntry",
);

const head = record(
  "An entry and its code",
  { seq: whole("Number"), mac: text("Code: base64url") },
  "AuditHead",
);

export const auditVerdict = record(
  "Whether the log holds",
  {
    valid: flag("From its first entry to its last"),
    fault: orNull(record("Where it does not", { seq: whole("Number"), what: text("In a word") })),
    head,
    at: orNull(head),
  },
  "AuditVerdict",
);

export const auditLines = record(
  "Lines of an export",
  { lines: list("One an entry", text("Line")), next: orNull(whole("Number of the last; null at the end")) },
  "AuditLines",
);
