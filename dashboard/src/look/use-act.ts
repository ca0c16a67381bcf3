// Something to do at the engine: what is shown is asked for again once the engine has answered, and not before.

import { useMutation, useQueryClient } from "@tanstack/react-query";

/** @param refreshes first parts of the keys of what changes by it */
export function useAct<Given, Result>(act: (given: Given) => Promise<Result>, refreshes: readonly string[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => Promise.all(refreshes.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
