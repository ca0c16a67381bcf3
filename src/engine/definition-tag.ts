// What names a version of a workflow and its bytes, as its entity tag does.

import type { DefinitionRow } from "../ports/store.ts";
import { hex } from "./hex.ts";

/** Another for every version and other bytes. */
export function definitionTag({ version, content }: Pick<DefinitionRow, "version" | "content">): string {
  return `${version}.${hex(content)}`;
}
