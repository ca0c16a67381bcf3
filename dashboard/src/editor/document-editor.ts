// The editor of a workflow document: completion, hover and problems as the language says them.

import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, RangeSetBuilder, type Text } from "@codemirror/state";
import { Decoration, EditorView, hoverTooltip, keymap, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { DocumentProblem } from "dispatched/language";
import { editorLook, lineEnds } from "./editor-look.ts";
import type { Known } from "./offer-names.ts";
import { offersAt } from "./offers.ts";
import { replaceSelection } from "./replace-selection.ts";
import { describeKey } from "./schema-places.ts";
import { stepAt, stepLines } from "./step-places.ts";
import { type DocumentFormat, keysOf, unquote } from "./text-keys.ts";

export interface DocumentEditorOptions {
  readonly text: string;
  readonly format: DocumentFormat;
  readonly label: string;
  /** Asked at each completion. */
  readonly known: () => Known;
  readonly onText: (text: string) => void;
  readonly onStep: (step: string | null) => void;
  readonly onSave: () => void;
}

export interface ShownProblem extends DocumentProblem {
  readonly severity: "error" | "warning";
}

const kinds = {
  field: "property",
  value: "enum",
  step: "variable",
  name: "variable",
  secret: "constant",
} as const;

function complete(
  context: CompletionContext,
  { format, known }: DocumentEditorOptions,
): CompletionResult | null {
  const found = offersAt({ text: context.state.doc.toString(), at: context.pos, format }, known());
  if (
    found === null ||
    (!context.explicit &&
      found.from === context.pos &&
      !/[\s.[{"]$/.test(context.state.sliceDoc(0, context.pos)))
  ) {
    return null;
  }
  return {
    from: found.from,
    options: found.offers.map(({ label, kind, about, apply }) => ({
      label,
      type: kinds[kind],
      ...(about === "" ? {} : { info: about }),
      ...(apply === undefined ? {} : { apply }),
    })),
    validFor: /^[\w$-]*$/,
  };
}

const hover = (format: DocumentFormat) =>
  hoverTooltip((view, at) => {
    const text = view.state.doc.toString();
    const keys = keysOf(text, format);
    const key = keys.find(({ from, to }) => from <= at && at <= to && from < to);
    if (key === undefined) return null;
    const valueText = (path: readonly string[]) => {
      const other = keys.find((one) => one.path.join("\n") === path.join("\n"));
      return other === undefined ? undefined : unquote(text.slice(other.value, other.end));
    };
    const about = describeKey(key.path, valueText);
    if (about === null || about === "") return null;
    const create = () => {
      const dom = document.createElement("div");
      dom.className = "cm-about";
      dom.textContent = about;
      return { dom };
    };
    return { pos: key.from, end: key.to, create };
  });

const stepLine = Decoration.line({ class: "cm-step" });

/** Marks the lines of the step in which the cursor is. */
function markStep(format: DocumentFormat) {
  const decorate = (view: EditorView) => {
    const text = view.state.doc.toString();
    const builder = new RangeSetBuilder<Decoration>();
    const lines = stepLines(text, format, view.state.selection.main.head);
    if (lines !== null) {
      const [first, last] = [view.state.doc.lineAt(lines.from), view.state.doc.lineAt(lines.to)];
      for (let number = first.number; number <= last.number; number++) {
        const { from } = view.state.doc.line(number);
        builder.add(from, from, stepLine);
      }
    }
    return builder.finish();
  };
  return ViewPlugin.define(
    (view) => ({
      marks: decorate(view),
      update({ docChanged, selectionSet, view: now }: ViewUpdate) {
        if (docChanged || selectionSet) this.marks = decorate(now);
      },
    }),
    { decorations: ({ marks }) => marks },
  );
}

export function openDocumentEditor(parent: ShadowRoot, options: DocumentEditorOptions): EditorView {
  const { text, format, label, onText, onStep, onSave } = options;
  const save = () => {
    onSave();
    return true;
  };
  const extensions = [
    lineEnds(text),
    editorLook(format, label),
    history(),
    bracketMatching(),
    highlightSelectionMatches(),
    indentUnit.of("  "),
    autocompletion({ override: [(context) => complete(context, options)], icons: false }),
    hover(format),
    lintGutter(),
    replaceSelection,
    markStep(format),
    keymap.of([
      { key: "Mod-s", run: save, preventDefault: true },
      { key: "Tab", run: acceptCompletion },
      { key: "Alt-Space", run: startCompletion },
      indentWithTab,
      ...defaultKeymap,
      ...historyKeymap,
      ...searchKeymap,
      ...lintKeymap,
    ]),
    EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
      if (docChanged) onText(state.sliceDoc());
      if (docChanged || selectionSet) onStep(stepAt(state.doc.toString(), format, state.selection.main.head));
    }),
  ];
  return new EditorView({ parent, root: parent, state: EditorState.create({ doc: text, extensions }) });
}

function rangeOf(doc: Text, { line, column, length }: DocumentProblem) {
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
  const start = Math.min(from + column - 1, to);
  return { from: start, to: Math.min(Math.max(start + length, start + 1), Math.max(to, start)) };
}

/** Marks what is wrong, where it is. */
export function showProblems(view: EditorView, problems: readonly ShownProblem[]): void {
  const { doc } = view.state;
  const diagnostics = problems.map(
    (problem): Diagnostic => ({
      ...rangeOf(doc, problem),
      severity: problem.severity,
      message: problem.fix === null ? problem.message : `${problem.message}\n${problem.fix}`,
      source: problem.code,
    }),
  );
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Puts the cursor there, in sight. */
export function goTo(view: EditorView, at: number): void {
  const place = Math.min(at, view.state.doc.length);
  view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "center" }) });
  view.focus();
}
