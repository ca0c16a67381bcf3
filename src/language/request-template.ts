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
  | { readonly type: "json"; readonly value: Template }
  | { readonly type: "text"; readonly value: Template };

export type AuthTemplate =
  | { readonly type: "basic"; readonly username: Template; readonly password: Template }
  | { readonly type: "bearer"; readonly token: Template };
