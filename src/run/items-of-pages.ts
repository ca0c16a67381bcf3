// The items of all pages of an answer, in one list.

import type { Json } from "../value/json.ts";
import type { PageRead } from "./state.ts";

/** Made once for a last page: every later step may read it. */
const lists = new WeakMap<readonly Json[], readonly Json[]>();

/** `before` are the pages before the last one. */
export function itemsOfPages(before: PageRead | null, last: readonly Json[]): readonly Json[] {
  const known = lists.get(last);
  if (known !== undefined) return known;
  const pages: (readonly Json[])[] = [last];
  for (let page = before; page !== null; page = page.before) pages.push(page.items);
  const list = pages.reverse().flat(1) as readonly Json[];
  lists.set(last, list);
  return list;
}
