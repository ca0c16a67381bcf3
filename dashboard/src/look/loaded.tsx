// What was asked for: while it comes, when it failed, and when it is there.

import type { ReactNode } from "react";
import { ProblemNotice } from "./problem-notice.tsx";

interface LoadedProps<Data> {
  readonly of: {
    readonly data: Data | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  readonly children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ of: { data, error, refetch }, children }: LoadedProps<Data>) {
  if (data !== undefined) return children(data);
  if (error !== null) return <ProblemNotice error={error} onAgain={() => void refetch()} />;
  return (
    <p role="status" className="m-0 py-6 text-center text-soft">
      Loading…
    </p>
  );
}
