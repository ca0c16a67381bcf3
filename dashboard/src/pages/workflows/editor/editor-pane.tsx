// The editor of one workflow: the text is the only truth; beside it the graph, and expressions over past runs.

import { useNavigate } from "@tanstack/react-router";
import type { WorkflowResource } from "dispatched/client";
import { useEffect, useState } from "react";
import { WorkflowGraph } from "../../../graph/workflow-graph.tsx";
import { ProblemNotice } from "../../../look/problem-notice.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { EditorBar } from "./editor-bar.tsx";
import { EndedGrant } from "./ended-grant.tsx";
import { EvaluatePanel } from "./evaluate-panel.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { ProblemList } from "./problem-list.tsx";
import { TextPane } from "./text-pane.tsx";
import { type DocumentInHand, useDocumentInHand } from "./use-document-in-hand.ts";

interface EditorPaneProps {
  /** Null: it has not been saved yet. */
  readonly stored: WorkflowResource | null;
  /** Of a new one. */
  readonly format: "json" | "yaml";
}

export default function EditorPane({ stored, format }: EditorPaneProps) {
  const navigate = useNavigate();
  const document = useDocumentInHand(stored, format);
  const { saved, error, conflict } = document;
  const [ended, setEnded] = useState<{ readonly grant: string; readonly version: number } | null>(null);
  useEffect(() => {
    if (saved === null) return;
    if (saved.endedGrant !== null) setEnded({ grant: saved.endedGrant, version: saved.version });
    if (saved.name !== stored?.name) {
      void navigate({ to: "/workflows/$name", params: { name: saved.name }, ignoreBlocker: true });
    }
  }, [saved, stored?.name, navigate]);
  return (
    <div>
      {ended !== null && <EndedGrant {...ended} onDone={() => setEnded(null)} />}
      {error !== null && (
        <div className="mb-3">
          <ProblemNotice error={error} />
        </div>
      )}
      <EditorBar document={document} stored={stored} />
      <Panes document={document} stored={stored} />
      {conflict !== null && (
        <ConflictDialog
          theirs={conflict}
          mine={document.text}
          format={document.format}
          onKeepMine={() => document.rebase(conflict)}
          onTakeTheirs={() => document.take(conflict)}
          onClose={document.closeConflict}
        />
      )}
      <LeaveDialog when={document.changed && !document.saving} onDiscard={document.discard} />
    </div>
  );
}

function Panes({
  document,
  stored,
}: {
  readonly document: DocumentInHand;
  readonly stored: WorkflowResource | null;
}) {
  const { checked } = document;
  return (
    <div className="grid gap-3 lg:grid-cols-[minmax(0,6fr)_minmax(0,5fr)]">
      <div className="flex h-[70dvh] min-w-0 flex-col overflow-hidden rounded-md border border-line lg:h-[calc(100dvh-210px)]">
        <TextPane document={document} />
        <div className="border-t border-line bg-sunken">
          <ProblemList problems={checked.problems} onGoTo={document.goToProblem} />
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-3 lg:h-[calc(100dvh-210px)]">
        <div className="relative h-[50dvh] min-h-60 overflow-hidden rounded-md border border-line lg:h-auto lg:flex-1">
          <WorkflowGraph
            steps={checked.steps}
            label="Graph of the steps"
            selected={document.step}
            onSelect={document.goToStep}
          />
          {checked.workflow === null && checked.steps.length > 0 && (
            <p className="absolute inset-x-0 top-0 m-0 bg-amber-soft px-3 py-1 text-sm">
              As of the last text without problems
            </p>
          )}
        </div>
        {stored !== null && (
          <details className="rounded-md border border-line bg-raised px-3 py-2 lg:max-h-1/2 lg:overflow-auto">
            <summary className="font-semibold">Try an expression over a past run</summary>
            <div className="mt-3">
              <EvaluatePanel workflow={stored.name} />
            </div>
          </details>
        )}
      </div>
    </div>
  );
}
