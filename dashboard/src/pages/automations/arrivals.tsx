// What came from outside, newest or oldest first as the engine lists it: narrowed by state, page by page, each opened by itself.

import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Button } from "../../look/button.tsx";
import { ChoiceField } from "../../look/choice-field.tsx";
import { type Column, DataTable } from "../../look/data-table.tsx";
import { Moment } from "../../look/moment.tsx";
import { ProblemNotice } from "../../look/problem-notice.tsx";
import { StatusMark } from "../../look/status-mark.tsx";
import { Became } from "./became.tsx";

interface Arrived {
  readonly id: string;
  readonly received_at: string;
  readonly state: string;
  readonly run: string | null;
  readonly reason: string | null;
  readonly repeated?: boolean;
}

interface ArrivalsProps<Row> {
  readonly caption: string;
  readonly queryKey: readonly unknown[];
  readonly states: readonly string[];
  /** Beside the choice of states, before and after it. */
  readonly before: ReactNode;
  readonly after?: (again: () => void) => ReactNode;
  /** Between when it came and its state. */
  readonly told?: readonly Column<Row>[];
  /** After what it became. */
  readonly rest?: readonly Column<Row>[];
  readonly fetchPage: (asked: {
    readonly state: string | undefined;
    readonly cursor: string | undefined;
  }) => Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>;
  /** In the place of rows, when there are none of this state. */
  readonly none: (state: string) => ReactNode;
  readonly dialog: (id: string, onClose: () => void) => ReactNode;
}

export function Arrivals<Row extends Arrived>(props: ArrivalsProps<Row>) {
  const { caption, queryKey, states, fetchPage } = props;
  const [{ state = "" }, setSearch] = useTextSearch();
  const [shown, setShown] = useState<string | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...queryKey, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => fetchPage({ state: state === "" ? undefined : state, cursor: pageParam }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const again = () => void refetch();
  const options = [{ value: "", title: "all" }, ...states.map((value) => ({ value, title: value }))];
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <div className="mr-auto">{props.before}</div>
        <div className="w-40">
          <ChoiceField
            label="State"
            options={options}
            value={state}
            onChange={({ target }) => setSearch({ state: target.value })}
          />
        </div>
        {props.after?.(again)}
      </div>
      {error !== null && <ProblemNotice error={error} onAgain={again} />}
      {data !== undefined && rows.length === 0 ? (
        props.none(state)
      ) : (
        <DataTable
          caption={caption}
          columns={columnsOf(props, setShown)}
          rows={rows}
          keyOf={({ id }) => id}
        />
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Show more</Button>}
      {shown !== null && props.dialog(shown, () => setShown(null))}
    </>
  );
}

function columnsOf<Row extends Arrived>(
  { told = [], rest = [] }: ArrivalsProps<Row>,
  show: (id: string) => void,
): readonly Column<Row>[] {
  return [
    { title: "Came", cell: ({ received_at }) => <Moment at={received_at} /> },
    ...told,
    { title: "State", cell: ({ state }) => <StatusMark status={state} /> },
    { title: "Became", cell: (one) => <Became of={one} />, roomy: true },
    ...rest,
    {
      title: "Actions",
      end: true,
      cell: ({ id }) => (
        <Button kind="quiet" aria-label={`Show ${id}`} onClick={() => show(id)}>
          Show
        </Button>
      ),
    },
  ];
}
