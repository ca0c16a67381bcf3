// The names of the tenant's workflows, to choose from.

import { useQuery } from "@tanstack/react-query";
import { allPages } from "../../session/all-pages.ts";
import { useClient } from "../../session/tenant-client.ts";

export function useWorkflowNames(): readonly { readonly value: string; readonly title: string }[] {
  const client = useClient();
  const { data = [] } = useQuery({
    queryKey: ["workflow-names"],
    queryFn: () =>
      allPages(async (cursor) => {
        const { workflows, next } = await client.listWorkflows(cursor);
        return { rows: workflows.map(({ name }) => name), next };
      }),
  });
  return data.map((name) => ({ value: name, title: name }));
}
