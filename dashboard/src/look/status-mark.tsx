// One status: shape and word and hue together; the words stay in ink.

import { hueClass, statusLook } from "./status-look.ts";

interface StatusMarkProps {
  readonly status: string;
  /** Only the shape, its word for screen readers. */
  readonly bare?: boolean;
  readonly size?: number;
}

export function StatusMark({ status, bare = false, size = 16 }: StatusMarkProps) {
  const { word, shape: Shape, turning } = statusLook(status);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap" data-status={status}>
      <Shape
        size={size}
        strokeWidth={2.25}
        aria-hidden
        className={`${hueClass(status)} ${turning ? "turning" : ""} shrink-0`}
      />
      <span className={bare ? "sr-only" : ""}>{word}</span>
    </span>
  );
}
