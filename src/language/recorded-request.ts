// A request with every value settled but the secrets, which stay references: what an event records and a retry reuses.

import type { Json, JsonObject } from "../value/json.ts";
import type { LaterAuth } from "./request-template.ts";

/** Text, or text with secrets still to be put in at the moment of the call. */
export type RecordedText = string | readonly RecordedPart[];

export type RecordedPart = string | SecretReference;

export interface SecretReference {
  /** Its name; `callback.url`, `callback.token`, `run.session`; or `lua:` and the text of Lua that names secrets. */
  readonly secret: string;
  /** `uri`: the value is percent-encoded when it is put in. */
  readonly encode: "none" | "uri";
}

export interface RecordedRequest {
  readonly method: string;
  /** Without the query that `query` adds. */
  readonly url: RecordedText;
  readonly query: readonly (readonly [name: string, value: RecordedText])[];
  readonly headers: readonly (readonly [name: string, value: RecordedText])[];
  readonly body: RecordedBody | null;
  readonly auth: RecordedAuth | null;
  /** Of a request with Lua that names secrets: what it reads besides them. */
  readonly late?: LateContext;
}

export interface LateContext {
  readonly context: JsonObject;
  /** What `time.now()` tells, at every attempt the same. */
  readonly now: number;
}

export type RecordedBody =
  | RecordedContent
  | { readonly type: "form"; readonly fields: readonly (readonly [name: string, value: RecordedText])[] }
  | { readonly type: "multipart"; readonly parts: readonly RecordedFormPart[] };

export interface RecordedFormPart {
  readonly name: string;
  readonly filename: RecordedText | null;
  readonly contentType: RecordedText | null;
  readonly content: RecordedContent;
}

export type RecordedContent =
  | {
      readonly type: "json";
      /** A place that takes a secret holds null here and is named by a hole. */
      readonly value: Json;
      readonly holes: readonly BodyHole[];
    }
  | { readonly type: "text"; readonly value: RecordedText }
  /** Never with a secret: nobody could see one in it. */
  | { readonly type: "base64"; readonly value: string };

export interface BodyHole {
  /** From the body's root. */
  readonly path: readonly (string | number)[];
  readonly text: readonly RecordedPart[];
}

export type RecordedAuth =
  | { readonly type: "basic"; readonly username: RecordedText; readonly password: RecordedText }
  | { readonly type: "bearer"; readonly token: RecordedText }
  | { readonly type: LaterAuth; readonly texts: Readonly<Record<string, RecordedText>> };
