// One workflow: its editor, versions, trigger, whom it calls, and its end; which of them is in the address.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { buttonClass } from "../../look/button.tsx";
import { Loaded } from "../../look/loaded.tsx";
import { Page } from "../../look/page.tsx";
import { part } from "../../look/part.tsx";
import { useClient } from "../../session/tenant-client.ts";
import { DeleteWorkflow } from "./delete-workflow.tsx";
import { WorkflowTabs } from "./workflow-tabs.tsx";

const EditorPane = part(async () => (await import("./editor/editor-pane.tsx")).default);
const VersionsTab = part(async () => (await import("./versions-tab.tsx")).default);
const TriggerTab = part(async () => (await import("./trigger-tab.tsx")).default);
const CallsTab = part(async () => (await import("./calls-tab.tsx")).default);

const loading = <p className="m-0 py-6 text-center text-soft">Loading…</p>;

export function WorkflowPage() {
  const { name } = useParams({ strict: false }) as { readonly name: string };
  const [{ format }] = useTextSearch();
  if (name === "~new") {
    return (
      <Page title="New workflow">
        <Suspense fallback={loading}>
          <EditorPane stored={null} format={format === "json" ? "json" : "yaml"} />
        </Suspense>
      </Page>
    );
  }
  return <StoredWorkflow key={name} name={name} />;
}

function StoredWorkflow({ name }: { readonly name: string }) {
  const client = useClient();
  const [{ tab = "editor" }] = useTextSearch();
  const workflow = useQuery({ queryKey: ["workflow", name], queryFn: () => client.getWorkflow(name) });
  return (
    <Page
      title={name}
      heading={
        <span className="wrap-anywhere">
          {name}
          {workflow.data !== undefined && (
            <span className="ml-2 text-base font-normal text-soft">version {workflow.data.version}</span>
          )}
        </span>
      }
      actions={
        <>
          <Link to="/runs" search={{ workflow: name } as never} className={buttonClass("plain")}>
            Runs
          </Link>
          {workflow.data !== undefined && <DeleteWorkflow workflow={workflow.data} />}
        </>
      }
    >
      <WorkflowTabs tab={tab} />
      <Loaded of={workflow}>
        {(data) => (
          <Suspense fallback={loading}>
            {tab === "editor" && <EditorPane stored={data} format={data.format} />}
            {tab === "versions" && <VersionsTab workflow={data} />}
            {tab === "trigger" && <TriggerTab workflow={data} />}
            {tab === "calls" && <CallsTab workflow={data} />}
          </Suspense>
        )}
      </Loaded>
    </Page>
  );
}
