// What was asked and may be asked again: the cache of one tenant's session.

import { QueryClient } from "@tanstack/react-query";
import { ClientError } from "dispatched/client";

/** @param tenant whose it is; another tenant has another */
export function makeQueryClient(tenant: string): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The client itself asks again where that can help.
        retry: false,
        staleTime: 2_000,
        refetchOnWindowFocus: (query) => !(query.state.error instanceof ClientError),
        meta: { tenant },
      },
      mutations: { retry: false },
    },
  });
}
