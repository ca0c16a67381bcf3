// What holds during the evaluation of one query.

import type { Json } from "../../value/json.ts";
import type { Work } from "../evaluate/work.ts";
import type { IRegexp } from "./i-regexp.ts";

export interface JsonPathScope {
  readonly root: Json;
  readonly work: Work;
  /** Patterns that this evaluation has compiled; null for one that is none. */
  readonly patterns: Map<string, IRegexp | null>;
}
