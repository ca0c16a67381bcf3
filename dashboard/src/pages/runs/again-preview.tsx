// What a run from the failed steps would keep, and which calls it would make again: before anything happens.

import { useQuery } from "@tanstack/react-query";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useClient } from "../../session/tenant-client.ts";

export function AgainPreview({ run }: { readonly run: string }) {
  const client = useClient();
  const { data, error } = useQuery({
    queryKey: ["again", run],
    queryFn: () => client.previewRerun(run, {}),
  });
  if (error !== null) return <ProblemNotice error={error} />;
  if (data === undefined) return null;
  return (
    <div className="mt-3 text-sm">
      <p className="m-0">
        Running again keeps {data.kept.length === 0 ? "no outcome" : data.kept.join(", ")}, and does again:
      </p>
      <ul className="m-0 pl-5">
        {data.again.map(({ step, method, host, key, undone }) => (
          <li key={step}>
            <code>{step}</code>
            {method !== null &&
              ` · ${method} ${host ?? ""} · ${key === "old" ? "the same" : "a new"} idempotency key`}
            {undone && " · it was undone, and begins anew"}
          </li>
        ))}
      </ul>
    </div>
  );
}
