// Starts a run of one version by hand: a form of what the trigger's schema asks for, the JSON that is sent, and events.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { WorkflowResource } from "dispatched/client";
import { parseWorkflow, usesOf } from "dispatched/language";
import { CirclePlay } from "lucide-react";
import { useMemo } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { ChoiceField } from "../../look/choice-field.tsx";
import { EmptyState } from "../../look/empty-state.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Panel } from "../../look/panel.tsx";
import { useAct } from "../../look/use-act.ts";
import { allPages } from "../../session/all-pages.ts";
import { useClient } from "../../session/tenant-client.ts";
import { BodyForm } from "../../signal/body-form.tsx";
import { EventForm } from "./event-form.tsx";

export default function TriggerTab({ workflow }: { readonly workflow: WorkflowResource }) {
  const [{ version }] = useTextSearch();
  const client = useClient();
  const { name } = workflow;
  const chosen = version === undefined || version === String(workflow.version) ? null : version;
  // A stored version never changes.
  const other = useQuery({
    queryKey: ["version", name, chosen],
    queryFn: () => client.getWorkflow(name, chosen ?? undefined),
    enabled: chosen !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <VersionChoice name={name} highest={workflow.version} />
      {chosen === null ? (
        <Starts key={workflow.version} workflow={workflow} />
      ) : (
        <Loaded of={other}>{(data) => <Starts key={chosen} workflow={data} />}</Loaded>
      )}
    </>
  );
}

function VersionChoice({ name, highest }: { readonly name: string; readonly highest: number }) {
  const client = useClient();
  const [{ version = "" }, setSearch] = useTextSearch();
  const versions = useQuery({
    queryKey: ["versions", name],
    queryFn: () =>
      allPages(async (cursor) => {
        const page = await client.listVersions(name, cursor);
        return { rows: page.versions, next: page.next };
      }),
  });
  if ((versions.data?.length ?? 0) < 2) return null;
  const options = (versions.data ?? []).map((one) => ({
    value: one.version === highest ? "" : String(one.version),
    title: one.version === highest ? `${highest}, the highest` : String(one.version),
  }));
  return (
    <div className="w-48">
      <ChoiceField
        label="Version"
        options={options}
        value={version}
        onChange={({ target }) => setSearch({ version: target.value })}
      />
    </div>
  );
}

/** What starts a run of this version, or lets one that waits go on: a request, and the events that it names. */
function Starts({ workflow: { name, text, format, version } }: { readonly workflow: WorkflowResource }) {
  const client = useClient();
  const parsed = useMemo(() => parseWorkflow(text, format, { stored: true }), [text, format]);
  const start = useAct(
    // Also of the highest: there may be a higher one by now.
    (body: string | null) => client.startRun(name, { body, version: String(version) }),
    ["runs"],
  );
  const trigger = parsed.ok ? parsed.workflow.triggers.find(({ type }) => type === "http") : undefined;
  const events = parsed.ok ? usesOf(parsed.workflow).events : [];
  return (
    <>
      {trigger?.type === "http" ? (
        <Panel title={`Start a run of version ${version}`}>
          {start.data !== undefined && <Started run={start.data.run} />}
          <BodyForm
            schema={trigger.schema?.source ?? null}
            send="Start a run"
            sending={start.isPending}
            error={start.error}
            onSend={(body) => start.mutate(body)}
          />
        </Panel>
      ) : (
        <EmptyState shape={CirclePlay} title="It is not started by a request">
          Runs of it are started by its other triggers, or by other workflows. A trigger of type{" "}
          <code>http</code> lets you start it here.
        </EmptyState>
      )}
      {events.length > 0 && <EventForm events={events} />}
    </>
  );
}

function Started({ run }: { readonly run: string }) {
  return (
    <p role="status" className="m-0 mb-3 rounded-md border border-completed bg-completed-soft p-3">
      Started:{" "}
      <Link to="/runs/$run" params={{ run }} className="text-accent underline">
        {run}
      </Link>
    </p>
  );
}
