// The request of a step as the document says it, compiled; defaults are merged in.

import type { Template } from "./template.ts";

export interface RequestTemplate {
  readonly method: string;
  /** With `base_url` put before it. */
  readonly url: Template;
  readonly query: readonly (readonly [name: string, value: Template])[];
  /** Names in lowercase, `defaults.headers` merged. */
  readonly headers: readonly (readonly [name: string, value: Template])[];
  readonly body: BodyTemplate;
  readonly auth: AuthTemplate | null;
}

export type BodyTemplate =
  | { readonly type: "none" }
  | ContentTemplate
  | { readonly type: "form"; readonly fields: readonly (readonly [name: string, value: Template])[] }
  | { readonly type: "multipart"; readonly parts: readonly PartTemplate[] };

export type ContentTemplate =
  | { readonly type: "json"; readonly value: Template }
  | { readonly type: "text"; readonly value: Template }
  /** Bytes, as a text in base64. */
  | { readonly type: "base64"; readonly value: Template };

/** One part of `multipart/form-data`; a null content drops it, a list repeats it. */
export interface PartTemplate {
  readonly name: string;
  /** With it, the part is a file. */
  readonly filename: Template | null;
  readonly contentType: Template | null;
  readonly content: ContentTemplate;
}

export type AuthTemplate =
  | { readonly type: "basic"; readonly username: Template; readonly password: Template }
  | { readonly type: "bearer"; readonly token: Template }
  | { readonly type: LaterAuth; readonly texts: Readonly<Record<string, Template>> };

/** What needs more than a header that the request itself gives. */
export type LaterAuth = "oauth2" | "aws_sigv4" | "mtls";
