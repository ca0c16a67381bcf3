// Starts a run by hand: a form of what the trigger's schema asks for, and the JSON that is sent.

import { Link } from "@tanstack/react-router";
import type { WorkflowResource } from "dispatched/client";
import { parseWorkflow } from "dispatched/language";
import { CirclePlay } from "lucide-react";
import { useMemo } from "react";
import { EmptyState } from "../../look/empty-state.tsx";
import { Panel } from "../../look/panel.tsx";
import { useAct } from "../../look/use-act.ts";
import { useClient } from "../../session/tenant-client.ts";
import { BodyForm } from "../../signal/body-form.tsx";

export default function TriggerTab({
  workflow: { name, text, format, version },
}: {
  readonly workflow: WorkflowResource;
}) {
  const client = useClient();
  const parsed = useMemo(() => parseWorkflow(text, format), [text, format]);
  const start = useAct((body: string | null) => client.startRun(name, { body }), ["runs"]);
  const trigger = parsed.ok ? parsed.workflow.triggers.find(({ type }) => type === "http") : undefined;
  if (trigger?.type !== "http") {
    return (
      <EmptyState shape={CirclePlay} title="It is not started by a request">
        Runs of it are started by its other triggers, or by other workflows. A trigger of type{" "}
        <code>http</code> lets you start it here.
      </EmptyState>
    );
  }
  return (
    <Panel title={`Start a run of version ${version}`}>
      {start.data !== undefined && (
        <p role="status" className="m-0 mb-3 rounded-md border border-completed bg-completed-soft p-3">
          Started:{" "}
          <Link to="/runs/$run" params={{ run: start.data.run }} className="text-accent underline">
            {start.data.run}
          </Link>
        </p>
      )}
      <BodyForm
        schema={trigger.schema?.source ?? null}
        send="Start a run"
        sending={start.isPending}
        error={start.error}
        onSend={(body) => start.mutate(body)}
      />
    </Panel>
  );
}
