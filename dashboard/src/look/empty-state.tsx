// A page that has nothing to show yet: what would be here, and how it comes about.

import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly shape: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
}

export function EmptyState({ shape: Shape, title, children }: EmptyStateProps) {
  return (
    <div className="mx-auto my-10 max-w-lg px-4 text-center">
      <Shape size={28} aria-hidden className="mx-auto mb-2 text-quiet" />
      <h2 className="m-0 mb-1 text-lg font-semibold">{title}</h2>
      <div className="text-soft">{children}</div>
    </div>
  );
}
