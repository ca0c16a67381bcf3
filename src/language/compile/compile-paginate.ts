// How further pages of an answer are asked for.

import { type PaginateRead, pagesDefault } from "../fields/paginate-fields.ts";
import type { PaginateRule } from "../workflow.ts";

/** `read` has no problems. */
export function compilePaginate({ values }: PaginateRead): PaginateRule {
  return {
    next: values.next as PaginateRule["next"],
    items: values.items ?? null,
    maxPages: values.max_pages ?? pagesDefault,
  };
}
