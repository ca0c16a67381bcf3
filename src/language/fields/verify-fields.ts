// The fields of `verify`: how a sender signs what it sends to a hook.

import { placeOf } from "../document/place-of.ts";
import { addProblem } from "../document/report.ts";
import { credentialHeaders, droppedHeaders } from "../request/arrived-headers.ts";
import { headerName } from "../request/header-rules.ts";
import { durationShape } from "../shape/number-shape.ts";
import { objectShape } from "../shape/object-shape.ts";
import type { Shape } from "../shape/shape.ts";
import { taggedShape } from "../shape/tagged-shape.ts";
import { choiceShape, patternShape, textShape } from "../shape/text-shape.ts";

export const verifyDefaults = {
  algorithm: "sha256",
  encoding: "hex",
  prefix: "",
  toleranceMs: 300_000,
} as const;

const name = patternShape(headerName, 256, "the name of a header", "invalid_name");
const senderHeaderShape: Shape<string> = {
  read(node, context) {
    const read = name.read(node, context);
    const header = read?.toLowerCase();
    // Nothing could be verified later by what is not kept: at a sign-in, or when it is sent again.
    const isKept = header === undefined || !(droppedHeaders.has(header) || credentialHeaders.has(header));
    if (isKept || context.isStored) return header;
    const message = `\`${read}\` is not kept, so that nothing can be verified by it`;
    addProblem(context.report, "not_allowed_value", placeOf(node), message);
  },
  schema: name.schema,
};

/** Signatures in one header are told apart by commas, and the space around each is none of it. */
const prefixPattern = /^(?:[^\s,][^,]*)?$/;
const anyPrefix = textShape(64);
const prefixShape: Shape<string> = {
  read(node, context) {
    const read = anyPrefix.read(node, context);
    if (read === undefined || prefixPattern.test(read) || context.isStored) return read;
    const message = `\`${read}\` has a comma or begins with a space, so that no signature could fit`;
    const fix =
      read === "v1," ? "if the sender keeps to Standard Webhooks, it is `type: standard-webhooks`" : null;
    addProblem(context.report, "not_allowed_value", placeOf(node), message, fix);
  },
  schema: () => ({ type: "string", maxLength: 64, pattern: prefixPattern.source }),
};

const timestampFields = {
  header: {
    about: "Holds the time of sending, in seconds since 1970.",
    shape: senderHeaderShape,
    required: true,
  },
  tolerance: { about: "How old or new it may be when it comes.", shape: durationShape(1), default: "5m" },
} as const;

const secretField = {
  about: "The secret by which the sender signs.",
  shape: patternShape(
    /^[A-Z][A-Z0-9_]*$/,
    64,
    "the name of a secret in UPPER_SNAKE_CASE",
    "invalid_secret_name",
  ),
  required: true,
} as const;

const toleranceField = {
  about: "How far the signed time may be from that of arrival.",
  shape: durationShape(1),
  default: "5m",
} as const;

const hmacFields = {
  type: { about: "An HMAC, as the other fields say.", shape: choiceShape(["hmac"]), required: true },
  header: { about: "Holds the signature.", shape: senderHeaderShape, required: true },
  secret: secretField,
  algorithm: {
    about: "The hash of the HMAC.",
    shape: choiceShape(["sha256", "sha1", "sha512"]),
    default: verifyDefaults.algorithm,
  },
  encoding: {
    about: "How the signature is written.",
    shape: choiceShape(["hex", "base64"]),
    default: verifyDefaults.encoding,
  },
  prefix: {
    about: "What stands before the signature in its header, such as `sha256=`.",
    shape: prefixShape,
    default: "",
  },
  timestamp: {
    about: "The sender signs the time, a dot and the body, instead of the body alone.",
    shape: objectShape({ name: "timestamp", about: "The time that is signed.", fields: timestampFields }),
  },
} as const;

const githubFields = {
  type: { about: "`X-Hub-Signature-256`.", shape: choiceShape(["github"]), required: true },
  secret: secretField,
} as const;

const stripeFields = {
  type: { about: "`Stripe-Signature`.", shape: choiceShape(["stripe"]), required: true },
  secret: secretField,
  tolerance: toleranceField,
} as const;

const slackFields = {
  type: { about: "`X-Slack-Signature`.", shape: choiceShape(["slack"]), required: true },
  secret: secretField,
  tolerance: toleranceField,
} as const;

const standardFields = {
  type: {
    about: "`webhook-signature`, as standardwebhooks.com says.",
    shape: choiceShape(["standard-webhooks"]),
    required: true,
  },
  secret: secretField,
  tolerance: toleranceField,
} as const;

export const verifyShape = taggedShape("`verify`", {
  github: objectShape({ name: "github", about: "As GitHub signs.", fields: githubFields }),
  stripe: objectShape({ name: "stripe", about: "As Stripe signs.", fields: stripeFields }),
  slack: objectShape({ name: "slack", about: "As Slack signs.", fields: slackFields }),
  "standard-webhooks": objectShape({
    name: "standard-webhooks",
    about: "As senders sign that keep to Standard Webhooks.",
    fields: standardFields,
  }),
  hmac: objectShape({ name: "hmac", about: "An HMAC over the body.", fields: hmacFields }),
});

export type VerifyRead = typeof verifyShape extends Shape<infer Value> ? Value : never;
