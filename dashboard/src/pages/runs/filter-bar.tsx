// What narrows the list of runs: a search that says what it finds, statuses, doings, times; all of it in the address.

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { statusLook } from "../../look/status-look.ts";
import { StatusMark } from "../../look/status-mark.tsx";
import {
  doings,
  type FilterName,
  type Filters,
  filterNames,
  sinces,
  statuses,
  wordsOf,
} from "./run-query.ts";
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
          <Menu label="Status" chosen={wordsOf(filters.status).length}>
            {statuses.map((status) => (
              <Choice
                key={status}
                chosen={wordsOf(filters.status).includes(status)}
                onToggle={() => toggle("status", status)}
              >
                <StatusMark status={status} />
              </Choice>
            ))}
          </Menu>
        )}
        {counts("doing") && (
          <Menu label="Doing" chosen={wordsOf(filters.doing).length}>
            {doings.map(([doing, word]) => (
              <Choice
                key={doing}
                chosen={wordsOf(filters.doing).includes(doing)}
                onToggle={() => toggle("doing", doing)}
              >
                {word}
              </Choice>
            ))}
          </Menu>
        )}
        <select
          aria-label="Made when"
          className="min-h-[var(--row)] rounded-md border border-line-strong bg-raised px-2 text-ink"
          value={filters.since ?? ""}
          onChange={({ target }) => setSearch({ since: target.value, from: "" })}
        >
          <option value="">any time</option>
          {sinces.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <Chips filters={filters} counts={counts} />
    </div>
  );
}

function Menu({
  label,
  chosen,
  children,
}: {
  readonly label: string;
  readonly chosen: number;
  readonly children: ReactNode;
}) {
  return (
    <details
      className="relative"
      onBlur={({ currentTarget, relatedTarget }) => {
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
      }}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== "Escape") return;
        currentTarget.open = false;
        currentTarget.querySelector("summary")?.focus();
      }}
    >
      <summary className="inline-flex min-h-[var(--row)] list-none items-center rounded-md border border-line-strong bg-raised px-3 select-none hover:bg-sunken">
        {label}
        {chosen > 0 && <span className="ml-1.5 rounded bg-accent-soft px-1.5 tabular">{chosen}</span>}
        <span aria-hidden className="ml-1.5 text-soft">
          ▾
        </span>
      </summary>
      <div className="absolute z-20 mt-1 min-w-52 rounded-md border border-line-strong bg-raised p-1 shadow-lg">
        {children}
      </div>
    </details>
  );
}

function Choice({
  chosen,
  onToggle,
  children,
}: {
  readonly chosen: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}) {
  return (
    <label className="flex min-h-[var(--row)] cursor-pointer items-center gap-2 rounded px-2 whitespace-nowrap hover:bg-sunken">
      <input type="checkbox" className="accent-accent" checked={chosen} onChange={onToggle} />
      {children}
    </label>
  );
}

const said: Readonly<Record<FilterName, (value: string) => string>> = {
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
  from: (value) => `made since ${value}`,
  to: (value) => `made before ${value}`,
};

function Chips({
  filters,
  counts,
}: {
  readonly filters: Filters;
  readonly counts: (name: FilterName) => boolean;
}) {
  const [, setSearch] = useTextSearch();
  const chosen = filterNames.filter((name) => filters[name] !== undefined && counts(name));
  if (chosen.length === 0) return null;
  return (
    <ul aria-label="Filters" className="m-0 mt-2 flex list-none flex-wrap gap-1.5 p-0">
      {chosen.map((name) => (
        <li key={name} className="inline-flex items-center gap-1 rounded-md bg-accent-soft pl-2">
          <span className="break-all">{said[name](filters[name] ?? "")}</span>
          <button
            type="button"
            aria-label={`Without ${said[name](filters[name] ?? "")}`}
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
