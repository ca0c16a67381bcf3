// The document that is being written: its text, what it was begun on, what is wrong with it, and how it is saved.

import type { EditorView } from "@codemirror/view";
import { useQueryClient } from "@tanstack/react-query";
import type { WorkflowResource } from "dispatched/client";
import { parseWorkflow } from "dispatched/language";
import { type RefObject, useRef, useState } from "react";
import { goTo, type ShownProblem } from "../../../editor/document-editor.ts";
import { type Draft, dropDraft, keepDraft, readDraft } from "../../../editor/drafts.ts";
import { nextVersion } from "../../../editor/next-version.ts";
import { startingDocuments } from "../../../editor/starting-documents.ts";
import { placeOfStep } from "../../../editor/step-places.ts";
import { type CheckedDocument, useCheckedDocument } from "../../../editor/use-checked-document.ts";
import { announce } from "../../../look/announce.tsx";
import { useAccounts } from "../../../session/accounts.ts";
import { useClient } from "../../../session/tenant-client.ts";
import { type Saved, saveDocument } from "./save-document.ts";

type Stored = Extract<Saved, { readonly type: "stored" }>;

export interface DocumentInHand {
  readonly text: string;
  readonly format: "json" | "yaml";
  /** With what the editor begins; another one when it is to begin anew. */
  readonly start: Draft;
  /** What the text was begun on; null for a new one. */
  readonly base: Draft["base"];
  readonly changed: boolean;
  readonly saving: boolean;
  readonly checked: CheckedDocument;
  /** In which the cursor is. */
  readonly step: string | null;
  readonly saved: Stored | null;
  readonly error: unknown;
  readonly conflict: WorkflowResource | null;
  readonly view: RefObject<EditorView | null>;
  readonly setText: (text: string) => void;
  readonly setStep: (step: string | null) => void;
  readonly save: () => Promise<void>;
  readonly discard: () => void;
  /** Saves what is here as the version after theirs. */
  readonly rebase: (theirs: WorkflowResource) => void;
  readonly take: (theirs: WorkflowResource) => void;
  readonly closeConflict: () => void;
  readonly goToStep: (step: string) => void;
  readonly goToProblem: (problem: ShownProblem) => void;
}

/** The name under which drafts of a new workflow are kept: no workflow can have it. */
export const newName = "~new";

interface Hand {
  /** With what the editor began. */
  readonly start: Draft;
  /** What is stored, or what a new one begins with. */
  readonly clean: Draft;
  /** What the text was begun on. */
  readonly base: Draft["base"];
}

function asDraft({ text, format, version, etag }: WorkflowResource): Draft {
  return { text, format, base: { version, etag } };
}

function cleanOf(stored: WorkflowResource | null, format: "json" | "yaml"): Draft {
  return stored === null ? { text: startingDocuments[format], format, base: null } : asDraft(stored);
}

function beginning(tenant: string, stored: WorkflowResource | null, format: "json" | "yaml"): Hand {
  const clean = cleanOf(stored, format);
  const start = readDraft(tenant, stored?.name ?? newName) ?? clean;
  return { clean, start, base: start.base };
}

const changedBySaving = ["workflow", "workflows", "versions", "grants"];

export function useDocumentInHand(
  stored: WorkflowResource | null,
  newFormat: "json" | "yaml",
): DocumentInHand {
  const tenant = useAccounts().current ?? "";
  const name = stored?.name ?? newName;
  const view = useRef<EditorView | null>(null);
  const [hand, setHand] = useState(() => beginning(tenant, stored, newFormat));
  const [text, setOwnText] = useState(hand.start.text);
  const [step, setStep] = useState<string | null>(null);
  const { start, clean, base } = hand;
  const { format } = start;
  const checked = useCheckedDocument(text, format, base?.version ?? null);
  const setText = (next: string) => {
    setOwnText(next);
    if (next === clean.text) dropDraft(tenant, name);
    else keepDraft(tenant, name, { text: next, format, base });
  };
  const begin = (draft: Draft) => {
    dropDraft(tenant, name);
    setHand({ clean: draft, start: draft, base: draft.base });
    setOwnText(draft.text);
  };
  const saving = useSaving({
    view,
    format,
    stored: stored?.name ?? null,
    base,
    onStored: (kept) => {
      dropDraft(tenant, name);
      // The editor goes on as it is, cursor and history with it; what is written from now on is on this version.
      setHand({ start, clean: asDraft(kept), base: asDraft(kept).base });
    },
  });
  return {
    ...{ text, format, start, base, checked, step, view, setText, setStep },
    ...saving,
    changed: text !== clean.text,
    discard: () => begin(cleanOf(stored, newFormat)),
    take: (theirs) => {
      saving.closeConflict();
      begin(asDraft(theirs));
    },
    ...movesOf(view, format),
  };
}

interface SavingOf {
  readonly view: RefObject<EditorView | null>;
  readonly format: "json" | "yaml";
  readonly stored: string | null;
  readonly base: Draft["base"];
  readonly onStored: (kept: WorkflowResource) => void;
}

function useSaving({ view, format, stored, base, onStored }: SavingOf) {
  const client = useClient();
  const queries = useQueryClient();
  const [saving, setSaving] = useState(false);
  const [outcome, setOutcome] = useState<Saved | null>(null);
  const [error, setError] = useState<unknown>(null);
  const store = async (over: Draft["base"]) => {
    const editor = view.current;
    // The text as it is now, which may be younger than what was checked last.
    const written = editor === null ? null : parseWorkflow(editor.state.sliceDoc(), format);
    if (editor === null || written?.ok !== true || saving) return;
    const { name } = written.workflow;
    // Under another name it is another workflow, and the first of it.
    const on = over === base && stored !== null && name !== stored ? null : over;
    setSaving(true);
    setError(null);
    try {
      const change = on === null ? null : nextVersion(editor.state.doc.toString(), format, on.version);
      if (change !== null) editor.dispatch({ changes: change });
      const done = await saveDocument(client, name, editor.state.sliceDoc(), { format, base: on });
      if (done.type === "stored") {
        onStored(await client.getWorkflow(done.name, String(done.version)));
        announce(`Version ${done.version} of ${done.name} is stored`);
        await Promise.all(changedBySaving.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      }
      setOutcome(done);
    } catch (problem) {
      setError(problem);
    } finally {
      setSaving(false);
    }
  };
  return {
    saving,
    error,
    saved: outcome?.type === "stored" ? outcome : null,
    conflict: outcome?.type === "conflict" ? outcome.theirs : null,
    save: () => store(base),
    rebase: ({ version, etag }: WorkflowResource) => {
      setOutcome(null);
      void store({ version, etag });
    },
    closeConflict: () => setOutcome(null),
  };
}

function movesOf(view: RefObject<EditorView | null>, format: "json" | "yaml") {
  return {
    goToStep: (id: string) => {
      const editor = view.current;
      const at = editor === null ? null : placeOfStep(editor.state.doc.toString(), format, id);
      if (editor !== null && at !== null) goTo(editor, at);
    },
    goToProblem: ({ line, column }: ShownProblem) => {
      const editor = view.current;
      if (editor === null) return;
      const { from, to } = editor.state.doc.line(Math.min(line, editor.state.doc.lines));
      goTo(editor, Math.min(from + column - 1, to));
    },
  };
}
