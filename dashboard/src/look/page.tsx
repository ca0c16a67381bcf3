// The frame of a page: its heading, its actions, its body.

import { type ReactNode, useEffect } from "react";

interface PageProps {
  readonly title: string;
  /** What stands in the place of the title's text. */
  readonly heading?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, heading, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Dispatched`;
  }, [title]);
  return (
    <div className="px-4 pt-3 pb-8 md:px-6">
      <header className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="m-0 mr-auto text-xl font-semibold">{heading ?? title}</h1>
        {actions}
      </header>
      {children}
    </div>
  );
}
