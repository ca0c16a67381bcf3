// Two texts side by side, with what differs marked; what is the same over many lines is folded.

import { MergeView } from "@codemirror/merge";
import { useCallback } from "react";
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

export default function DiffView({ left, right }: DiffViewProps) {
  const mount = useCallback(
    (root: ShadowRoot) => {
      const side = ({ text, format, title }: Side) => ({
        doc: text,
        extensions: [editorLook(format, title), readOnly],
      });
      return new MergeView({
        a: side(left),
        b: side(right),
        parent: root,
        root,
        gutter: true,
        collapseUnchanged: { margin: 3, minSize: 6 },
      });
    },
    [left, right],
  );
  return (
    <div>
      <div className="grid grid-cols-2 rounded-t-md border border-b-0 border-line bg-sunken text-sm">
        <p className="m-0 px-3 py-1.5 font-semibold">{left.title}</p>
        <p className="m-0 border-l border-line px-3 py-1.5 font-semibold">{right.title}</p>
      </div>
      <CodeView mount={mount} className="max-h-[70dvh] overflow-auto rounded-b-md border border-line" />
    </div>
  );
}
