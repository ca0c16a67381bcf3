// What runs are made of besides their own log: the records that they need, and the log of what is opened for them.

import type { Audit } from "./audit.ts";
import type { Definitions } from "./definitions.ts";
import type { Secrets } from "./secrets.ts";

export interface RunRecords {
  readonly audit: Audit;
  readonly definitions: Definitions;
  readonly secrets: Secrets;
}
