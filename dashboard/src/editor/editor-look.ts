// How code looks: in the colours of the theme, light and dark alike.

import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { DocumentFormat } from "./text-keys.ts";

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "13px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "20px", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", paddingBottom: "40px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--sunken)",
    color: "var(--ink-soft)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-step": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    maxWidth: "min(460px, 90vw)",
    fontFamily: "var(--font-sans)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", maxHeight: "14em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.8" },
  ".cm-tooltip.cm-completionInfo, .cm-about": { padding: "6px 10px", fontSize: "13px", lineHeight: "18px" },
  ".cm-diagnostic": { padding: "6px 10px", fontSize: "13px" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--failed)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--amber-fill)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--failed)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--amber-fill)" },
  // The marks of its own are images in addresses, which the policy refuses.
  ".cm-lint-marker": {
    content: "normal",
    width: "8px",
    height: "8px",
    margin: "6px 2px 0",
    borderRadius: "50%",
  },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--failed)" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--amber-fill)", borderRadius: "0" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
  ".cm-mergeView": { height: "100%" },
  ".cm-changedLine": { backgroundColor: "var(--amber-soft) !important" },
  // A line below it, and no darker ground: keys stay readable on it.
  ".cm-changedText": {
    background: "none !important",
    boxShadow: "inset 0 -2px 0 var(--amber-fill)",
  },
  ".cm-deletedChunk": { backgroundColor: "var(--failed-soft) !important", textDecoration: "line-through" },
  ".cm-deletedChunk .cm-deletedText": { background: "none !important" },
  ".cm-changeGutter": { width: "3px" },
  ".cm-changedLineGutter": { background: "var(--amber-fill)" },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: "none" },
  ".cm-collapsedLines": { background: "var(--sunken)", color: "var(--ink-soft)" },
});

const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--amber)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: tags.comment, color: "var(--ink-soft)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--ink-soft)" },
]);

/** What every view of a document has. @param label for screen readers */
export function editorLook(format: DocumentFormat, label: string): Extension {
  return [
    lineNumbers(),
    format === "json" ? json() : yaml(),
    syntaxHighlighting(highlight),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
    theme,
  ];
}

export const readOnly: Extension = [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ tabindex: "0" }),
];

/** Keeps the ends of lines as they are: texts are saved byte for byte. */
export function lineEnds(text: string): Extension {
  const windows = text.includes("\r\n") && !/(?<!\r)\n|\r(?!\n)/.test(text);
  return EditorState.lineSeparator.of(windows ? "\r\n" : "\n");
}
