// Two texts side by side, in one where the window is narrow, with what differs marked; what is the same over many lines is folded.

import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorView } from "@codemirror/view";
import { useCallback } from "react";
import { useWide } from "../look/use-wide.ts";
import { CodeView } from "./code-view.tsx";
import { editorLook, readOnly } from "./editor-look.ts";
import type { DocumentFormat } from "./text-keys.ts";

interface Side {
  readonly text: string;
  readonly format: DocumentFormat;
  readonly title: string;
}

interface DiffViewProps {
  readonly left: Side;
  readonly right: Side;
}

const shown = { gutter: true, collapseUnchanged: { margin: 3, minSize: 6 } };
const title = "m-0 px-3 py-1.5 font-semibold";

function sideBySide(root: ShadowRoot, left: Side, right: Side) {
  const side = ({ text, format, title: label }: Side) => ({
    doc: text,
    extensions: [editorLook(format, label), readOnly],
  });
  return new MergeView({ a: side(left), b: side(right), parent: root, root, ...shown });
}

function inOne(root: ShadowRoot, left: Side, right: Side) {
  const { text, format } = right;
  const label = `${right.title}, with what ${left.title} had instead`;
  const changes = unifiedMergeView({ original: left.text, mergeControls: false, ...shown });
  return new EditorView({
    doc: text,
    extensions: [editorLook(format, label), readOnly, changes],
    parent: root,
    root,
  });
}

export default function DiffView({ left, right }: DiffViewProps) {
  const roomy = useWide(768);
  const mount = useCallback(
    (root: ShadowRoot) => (roomy ? sideBySide : inOne)(root, left, right),
    [left, right, roomy],
  );
  return (
    <div>
      <div
        className={`${roomy ? "grid grid-cols-2" : "flex items-baseline"} rounded-t-md border border-b-0 border-line bg-sunken text-sm`}
      >
        <p className={title}>{left.title}</p>
        <p className={`${title} ${roomy ? "border-l border-line" : ""}`}>
          {roomy ? right.title : `→ ${right.title}`}
        </p>
      </div>
      <CodeView mount={mount} className="max-h-[70dvh] overflow-auto rounded-b-md border border-line" />
    </div>
  );
}
