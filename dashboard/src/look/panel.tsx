// One matter of a page: what it is, what it means, and what can be done about it.

import { type ReactNode, useId } from "react";

interface PanelProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Panel({ title, actions, children }: PanelProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="mb-4 max-w-3xl rounded-md border border-line bg-raised p-4">
      <h2 id={heading} className="m-0 mb-1 text-lg font-semibold">
        {title}
      </h2>
      {children}
      {actions !== undefined && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
    </section>
  );
}
