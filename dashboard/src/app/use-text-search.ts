// The filters in the address: texts by name, and a way to change some of them.

import { useNavigate, useSearch } from "@tanstack/react-router";

type TextSearch = Readonly<Record<string, string | undefined>>;

/** `set` keeps what it does not name; an empty text or undefined takes a name away. */
export function useTextSearch(): readonly [TextSearch, (change: TextSearch, replace?: boolean) => void] {
  const search = useSearch({ strict: false }) as TextSearch;
  const navigate = useNavigate();
  const set = (change: TextSearch, replace = true) =>
    void navigate({ to: ".", search: (before: TextSearch) => ({ ...before, ...change }), replace });
  return [search, set];
}
