// What narrows the list of runs: a search that says what it finds, statuses, doings, times; all of it in the address.

import { runStatuses } from "dispatched/client";
import { X } from "lucide-react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { formatMoment } from "../../look/moment.tsx";
import { usePreferences } from "../../look/preferences.ts";
import { statusLook } from "../../look/status-look.ts";
import { StatusMark } from "../../look/status-mark.tsx";
import { FilterChoice } from "./filter-choice.tsx";
import { FilterMenu } from "./filter-menu.tsx";
import { MadeWhen } from "./made-when.tsx";
import { doings, type FilterName, type Filters, filterNames, sinces, wordsOf } from "./run-query.ts";
import { SearchBox } from "./search-box.tsx";

interface FilterBarProps {
  readonly filters: Filters;
  /** The filters that count here; null: all. */
  readonly only: readonly FilterName[] | null;
}

export function FilterBar({ filters, only }: FilterBarProps) {
  const [, setSearch] = useTextSearch();
  const counts = (name: FilterName) => only === null || only.includes(name);
  const toggle = (name: "status" | "doing", word: string) => {
    const words = wordsOf(filters[name]);
    const next = words.includes(word) ? words.filter((one) => one !== word) : [...words, word];
    setSearch({ [name]: next.join(",") });
  };
  return (
    <div className="mb-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox />
        {counts("status") && (
          <FilterMenu label="Status" chosen={wordsOf(filters.status).length}>
            {runStatuses.map((status) => (
              <FilterChoice
                key={status}
                chosen={wordsOf(filters.status).includes(status)}
                onToggle={() => toggle("status", status)}
              >
                <StatusMark status={status} />
              </FilterChoice>
            ))}
          </FilterMenu>
        )}
        {counts("doing") && (
          <FilterMenu label="Doing" chosen={wordsOf(filters.doing).length}>
            {doings.map(([doing, word]) => (
              <FilterChoice
                key={doing}
                chosen={wordsOf(filters.doing).includes(doing)}
                onToggle={() => toggle("doing", doing)}
              >
                {word}
              </FilterChoice>
            ))}
          </FilterMenu>
        )}
        <MadeWhen since={filters.since} from={filters.from} to={filters.to} />
      </div>
      <Chips filters={filters} counts={counts} />
    </div>
  );
}

type Zone = "local" | "utc";

/** What an address says wrongly is told as it says it. */
const momentOf = (value: string, zone: Zone) =>
  Number.isNaN(Date.parse(value)) ? value : formatMoment(value, zone);

const said: Readonly<Record<FilterName, (value: string, zone: Zone) => string>> = {
  workflow: (value) => `workflow ${value}`,
  status: (value) =>
    wordsOf(value)
      .map((one) => statusLook(one).word)
      .join(" or "),
  doing: (value) =>
    wordsOf(value)
      .map((one) => doings.find(([doing]) => doing === one)?.[1] ?? one)
      .join(" or "),
  label: (value) => `label ${value}`,
  fingerprint: (value) => `failed alike (${value.slice(0, 8)}…)`,
  since: (value) => sinces.find(([name]) => name === value)?.[1] ?? value,
  from: (value, zone) => `made since ${momentOf(value, zone)}`,
  to: (value, zone) => `made before ${momentOf(value, zone)}`,
};

function Chips({
  filters,
  counts,
}: {
  readonly filters: Filters;
  readonly counts: (name: FilterName) => boolean;
}) {
  const [, setSearch] = useTextSearch();
  const { zone } = usePreferences();
  const chosen = filterNames.filter((name) => filters[name] !== undefined && counts(name));
  if (chosen.length === 0) return null;
  return (
    <ul aria-label="Filters" className="m-0 mt-2 flex list-none flex-wrap gap-1.5 p-0">
      {chosen.map((name) => (
        <li key={name} className="inline-flex items-center gap-1 rounded-md bg-accent-soft pl-2">
          <span className="break-all">{said[name](filters[name] ?? "", zone)}</span>
          <button
            type="button"
            aria-label={`Without ${said[name](filters[name] ?? "", zone)}`}
            className="inline-flex min-h-7 min-w-7 items-center justify-center rounded text-soft hover:text-ink"
            onClick={() => setSearch({ [name]: "" })}
          >
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          className="min-h-7 px-1 text-accent underline"
          onClick={() => setSearch(Object.fromEntries(chosen.map((name) => [name, ""])))}
        >
          Clear
        </button>
      </li>
    </ul>
  );
}
