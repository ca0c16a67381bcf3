// The end of a workflow: what ends with it, and what does not.

import { useNavigate } from "@tanstack/react-router";
import { announce } from "../../look/announce.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";

export function DeleteWorkflow({ name }: { readonly name: string }) {
  const client = useClient();
  const navigate = useNavigate();
  const remove = useAct(
    () => client.deleteWorkflow(name),
    ["workflows", "workflow", "grants", "hooks", "schedules"],
  );
  const act = async () => {
    await remove.mutateAsync(undefined);
    announce(`${name} is deleted`);
    await navigate({ to: "/workflows" });
  };
  return (
    <Confirmed title={`Delete ${name}?`} does="Delete" act={act}>
      <p className="mt-0">Nothing new starts by it: its triggers, schedules, hooks and grant end now.</p>
      <p className="mb-0">
        Active runs go on to their end. Past runs and all versions can still be read, and saving a higher
        version takes the workflow back.
      </p>
    </Confirmed>
  );
}
