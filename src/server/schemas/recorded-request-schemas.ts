// Schemas of a request as an event records it: every value settled but the secrets, which stay references.

import {
  anything,
  choice,
  flag,
  list,
  mapOf,
  oneOf,
  optional,
  orNull,
  pair,
  record,
  type TypedSchema,
  text,
  whole,
} from "../typed-schema.ts";

/** Null is there, too, of what is large and stands apart: the event as it is recorded has it. */
function apart<Value>(schema: TypedSchema<Value>): TypedSchema<Value> {
  return { ...schema, source: orNull(schema).source };
}

const secretReference = record(
  "A secret in its place",
  {
    secret: text(
      "Its name; `callback.url`, `callback.token`, `run.session`; or `lua:` and the text of Lua that names secrets",
    ),
    encode: choice("`uri`: percent-encoded when it is put in", ["none", "uri"]),
  },
  "SecretReference",
);

const parts = list("Pieces in their order", oneOf("A piece", [apart(text("Literal text")), secretReference]));

export const recordedText = oneOf(
  "Text, or the pieces of a text with secrets in it",
  [text("Text"), parts],
  "RecordedText",
);

const json = record("JSON", {
  type: choice("What it is", ["json"]),
  value: anything("The body, with null where a secret is put in"),
  holes: list(
    "Where secrets are put in",
    record("One place", {
      path: list("Names and places from the root", oneOf("A step", [text("Name"), whole("Place, from 0")])),
      text: parts,
    }),
  ),
});

const plain = record("Text", { type: choice("What it is", ["text"]), value: apart(recordedText) });

const bytes = record("Bytes", {
  type: choice("What it is", ["base64"]),
  value: apart(text("The bytes in base64")),
});

const content = oneOf("JSON, text or bytes", [json, plain, bytes], "RecordedContent");

const named = (about: string) => pair(about, text("Name"), recordedText);

const body = oneOf(
  "The body of a request",
  [
    content,
    record("A form", {
      type: choice("What it is", ["form"]),
      fields: list("Its fields in their order", named("Name and value")),
    }),
    record("A form in parts", {
      type: choice("What it is", ["multipart"]),
      parts: list(
        "In their order",
        record("A part", {
          name: text("Its name"),
          filename: orNull(recordedText),
          contentType: orNull(recordedText),
          content,
        }),
      ),
    }),
  ],
  "RecordedBody",
);

const auth = oneOf(
  "Who calls; credentials that are no secrets are masked",
  [
    record("Basic", { type: choice("How", ["basic"]), username: recordedText, password: recordedText }),
    record("Bearer", { type: choice("How", ["bearer"]), token: recordedText }),
    record("What is made at the call", {
      type: choice("How", ["oauth2", "aws_sigv4", "mtls"]),
      texts: mapOf("Its fields", recordedText),
    }),
  ],
  "RecordedAuth",
);

export const recordedRequest = record(
  "A request as it is sent, with secrets as references",
  {
    method: text("Method"),
    url: recordedText,
    query: list("What is added to the address, in order", named("Name and value")),
    headers: list("In their order; credentials that are no secrets are masked", named("Name and value")),
    body: orNull(body),
    auth: orNull(auth),
    late: optional(
      record("Of a request with Lua that names secrets: what it reads besides them", {
        context: mapOf("Values by their names", anything("Any JSON")),
        now: whole("What `time.now()` tells, at every attempt"),
      }),
    ),
  },
  "RecordedRequest",
);

export const pollTarget = record(
  "Where it is asked",
  {
    url: recordedText,
    sameOrigin: flag("As the request; only then credentials go along"),
    query: optional(list("Of a page: the query behind the address", named("Name and value"))),
  },
  "PollTarget",
);

export const pageSource = record(
  "By what the address of the next page is read",
  {
    from: orNull(recordedText),
    returned: list("Secrets that the answer had in it as they are", text("Name")),
  },
  "PageSource",
);
