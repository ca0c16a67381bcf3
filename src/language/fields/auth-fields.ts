// The fields of `auth`: how a call shows who makes it.

import { objectShape } from "../shape/object-shape.ts";
import { taggedShape } from "../shape/tagged-shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape } from "../shape/text-shape.ts";

const text = templateShape({ secrets: true, takes: "text" });

const basicFields = {
  type: { about: "User name and password (RFC 7617).", shape: choiceShape(["basic"]), required: true },
  username: { about: "The user name; it may not have a colon.", shape: text, required: true },
  password: { about: "The password.", shape: text, required: true },
} as const;

const bearerFields = {
  type: { about: "A bearer token (RFC 6750).", shape: choiceShape(["bearer"]), required: true },
  token: { about: "The token.", shape: text, required: true },
} as const;

const oauth2Fields = {
  type: {
    about: "A bearer token by client credentials (RFC 6749, section 4.4).",
    shape: choiceShape(["oauth2"]),
    required: true,
  },
  token_url: { about: "The token endpoint, a whole address.", shape: text, required: true },
  client_id: { about: "The client's id.", shape: text, required: true },
  client_secret: { about: "The client's secret.", shape: text, required: true },
  scope: { about: "Scopes that are asked for, separated by spaces.", shape: text },
  audience: { about: "For whom the token is, where the server asks for it.", shape: text },
  client_auth: {
    about: "How the client shows itself to the token endpoint: by an `authorization` header, or in the form.",
    shape: choiceShape(["basic", "body"]),
    default: "basic",
  },
} as const;

const sigv4Fields = {
  type: { about: "AWS Signature Version 4.", shape: choiceShape(["aws_sigv4"]), required: true },
  access_key_id: { about: "The id of the access key.", shape: text, required: true },
  secret_access_key: { about: "The secret access key.", shape: text, required: true },
  session_token: { about: "The token of temporary credentials.", shape: text },
  region: { about: "The region, such as `eu-central-1`.", shape: text, required: true },
  service: { about: "The service as it is signed for, such as `s3`.", shape: text, required: true },
} as const;

const mtlsFields = {
  type: { about: "A client certificate (mutual TLS).", shape: choiceShape(["mtls"]), required: true },
  certificate: {
    about: "The certificate in PEM form, with its chain where the service needs it.",
    shape: text,
    required: true,
  },
  key: { about: "The certificate's private key in PEM form.", shape: text, required: true },
  passphrase: { about: "What the key is encrypted with.", shape: text },
} as const;

export const authShape = taggedShape("an `auth`", {
  basic: objectShape({ name: "basic auth", about: "Sent as `authorization: Basic …`.", fields: basicFields }),
  bearer: objectShape({
    name: "bearer auth",
    about: "Sent as `authorization: Bearer …`.",
    fields: bearerFields,
  }),
  oauth2: objectShape({
    name: "oauth2 auth",
    about: "A token is fetched, kept in memory, renewed in time, and sent as `authorization: Bearer …`.",
    fields: oauth2Fields,
  }),
  aws_sigv4: objectShape({
    name: "aws_sigv4 auth",
    about: "The request is signed at the moment of sending.",
    fields: sigv4Fields,
  }),
  mtls: objectShape({
    name: "mtls auth",
    about: "The certificate is shown to the service in the TLS handshake.",
    fields: mtlsFields,
  }),
});
