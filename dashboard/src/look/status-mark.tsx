// One status: shape and word and hue together; the words stay in ink.

import { statusLook } from "./status-look.ts";
import { StatusShape } from "./status-shape.tsx";

interface StatusMarkProps {
  readonly status: string;
  /** Only the shape, its word for screen readers. */
  readonly bare?: boolean;
  readonly size?: number;
}

export function StatusMark({ status, bare = false, size = 16 }: StatusMarkProps) {
  const { word } = statusLook(status);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap" data-status={status}>
      <StatusShape {...{ status, size }} />
      <span className={bare ? "sr-only" : ""}>{word}</span>
    </span>
  );
}
