// Above the text: what it is, and what can be done with it.

import type { WorkflowResource } from "dispatched/client";
import { PenLine } from "lucide-react";
import { Button } from "../../../look/button.tsx";
import { Confirmed } from "../../../look/confirmed.tsx";
import type { DocumentInHand } from "./use-document-in-hand.ts";

interface EditorBarProps {
  readonly document: DocumentInHand;
  readonly stored: WorkflowResource | null;
}

function offBecause({ saving, changed, checked }: DocumentInHand, isNew: boolean): string | null {
  if (saving) return "it is being saved";
  if (!changed && !isNew) return "nothing has changed";
  return checked.workflow === null ? "it has problems" : null;
}

export function EditorBar({ document, stored }: EditorBarProps) {
  const { changed, base, checked } = document;
  const other = stored !== null && checked.workflow !== null && checked.workflow.name !== stored.name;
  const version = other || base === null ? 1 : base.version + 1;
  const save = other ? `Save as ${checked.workflow?.name}` : `Save as version ${version}`;
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2">
      <p role="status" className="m-0 mr-auto flex items-center gap-1.5 text-soft">
        {changed ? (
          <>
            <PenLine size={15} aria-hidden className="text-amber" /> Draft
            {base === null ? "" : ` on version ${base.version}`}, kept in this tab until it is saved
          </>
        ) : stored === null ? (
          "Not saved yet"
        ) : (
          `Version ${base?.version ?? stored.version}, as stored`
        )}
      </p>
      <span className="text-sm text-soft max-md:hidden">Tab indents; Escape, then Tab leaves the text</span>
      {changed && (
        <Confirmed
          title="Discard the draft?"
          does="Discard draft"
          kind="quiet"
          act={async () => document.discard()}
        >
          What you have written since the last save is lost. What is stored stays as it is.
        </Confirmed>
      )}
      <Button
        kind="main"
        offBecause={offBecause(document, stored === null)}
        onClick={() => void document.save()}
      >
        {document.saving ? "Saving…" : save}
      </Button>
    </div>
  );
}
