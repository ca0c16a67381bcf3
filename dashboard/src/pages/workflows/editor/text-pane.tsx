// The text itself, in its editor.

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { CodeView } from "../../../editor/code-view.tsx";
import { openDocumentEditor, showProblems } from "../../../editor/document-editor.ts";
import type { Known } from "../../../editor/offer-names.ts";
import { useClient } from "../../../session/tenant-client.ts";
import type { DocumentInHand } from "./use-document-in-hand.ts";

export function TextPane({ document }: { readonly document: DocumentInHand }) {
  const client = useClient();
  const secrets = useQuery({ queryKey: ["secrets"], queryFn: () => client.listSecrets() });
  const workflows = useQuery({ queryKey: ["workflows", "names"], queryFn: () => client.listWorkflows() });
  // The editor is made once for a document, and asks for what is newest then.
  const known = useRef<Known>({ secrets: [], workflows: [] });
  const latest = useRef(document);
  useEffect(() => {
    known.current = {
      secrets: (secrets.data?.secrets ?? []).map(({ name }) => name),
      workflows: (workflows.data?.workflows ?? []).map(({ name }) => name),
    };
    latest.current = document;
  });
  const { start, format, view } = document;
  const mount = useCallback(
    (root: ShadowRoot) => {
      const editor = openDocumentEditor(root, {
        text: start.text,
        format,
        label: "Workflow document",
        known: () => known.current,
        onText: (text) => latest.current.setText(text),
        onStep: (step) => latest.current.setStep(step),
        onSave: () => void latest.current.save(),
      });
      view.current = editor;
      return editor;
    },
    [start, format, view],
  );
  const { problems } = document.checked;
  useEffect(() => {
    if (view.current !== null) showProblems(view.current, problems);
  }, [problems, view]);
  return <CodeView mount={mount} className="min-h-0 flex-1" />;
}
