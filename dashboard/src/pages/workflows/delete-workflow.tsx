// The end of a workflow: what ends with it, and what does not.

import { useNavigate } from "@tanstack/react-router";
import type { WorkflowResource } from "dispatched/client";
import { announce } from "../../look/announce.tsx";
import { Confirmed } from "../../look/confirmed.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";

interface DeleteWorkflowProps {
  /** Its highest version, as it is shown: a higher one that somebody saved meanwhile is not deleted unseen. */
  readonly workflow: WorkflowResource;
}

export function DeleteWorkflow({ workflow: { name, version, etag } }: DeleteWorkflowProps) {
  const client = useClient();
  const navigate = useNavigate();
  const remove = useAct(
    () => client.deleteWorkflow(name, { ifMatch: etag }),
    ["workflows", "workflow", "grants", "hooks", "schedules"],
  );
  const act = async () => {
    await remove.mutateAsync(undefined);
    announce(`${name} is deleted`);
    await navigate({ to: "/workflows" });
  };
  return (
    <Confirmed title={`Delete ${name}?`} does="Delete" act={act}>
      <p className="mt-0">Its newest version is {version}.</p>
      <p>Nothing new starts by it: its triggers, schedules, hooks and grant end now.</p>
      <p className="mb-0">
        Active runs go on to their end. Past runs and all versions can still be read, and saving a higher
        version takes the workflow back.
      </p>
    </Confirmed>
  );
}
