// What became of each run of a bulk action, page by page.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "../../look/button.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { useClient } from "../../session/tenant-client.ts";

export function BulkResults({ id }: { readonly id: string }) {
  const client = useClient();
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["bulk-results", id],
    queryFn: ({ pageParam }) => client.getBulk(id, pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (error !== null) return <ProblemNotice error={error} />;
  const results = (data?.pages ?? []).flatMap((page) => page.results);
  return (
    <>
      <ResultList results={results} />
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Show more</Button>}
    </>
  );
}

interface Result {
  readonly run: string;
  readonly state: "pending" | "done" | "refused";
  readonly code: string | null;
  readonly created: string | null;
}

function ResultList({ results }: { readonly results: readonly Result[] }) {
  return (
    <ul aria-label="What became of each" className="m-0 mb-2 list-none p-0">
      {results.map(({ run, state, code, created }) => (
        <li key={run} className="flex flex-wrap gap-3 border-t border-line py-1">
          <Link className="text-accent underline" to="/runs/$run" params={{ run }}>
            <code className="break-all">{run}</code>
          </Link>
          <span>{state === "pending" ? "not dealt with" : state}</span>
          {code !== null && (
            <a className="text-accent underline" href={`/docs/errors/${code}`}>
              {code}
            </a>
          )}
          {created !== null && (
            <Link className="text-accent underline" to="/runs/$run" params={{ run: created }}>
              the new run
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
