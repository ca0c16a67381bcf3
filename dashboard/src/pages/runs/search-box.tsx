// The search of the runs: it says what it can find, and what the text is taken for.

import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";

type Found =
  | { readonly type: "run" | "workflow" | "label"; readonly value: string }
  | { readonly type: "none"; readonly why: string };

function found(text: string): Found | null {
  const value = text.trim();
  if (value === "") return null;
  if (/^run_[0-9a-z]{26}$/i.test(value)) return { type: "run", value };
  if (/^[^=]+=/.test(value)) return { type: "label", value };
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value)) return { type: "workflow", value };
  return { type: "none", why: "a whole run id, the name of a workflow, or a label as name=value" };
}

export function SearchBox() {
  const [text, setText] = useState("");
  const [, setSearch] = useTextSearch();
  const navigate = useNavigate();
  const taken = found(text);
  const search = () => {
    if (taken === null || taken.type === "none") return;
    if (taken.type === "run") void navigate({ to: `/runs/${taken.value}` });
    else setSearch({ [taken.type]: taken.value }, false);
    setText("");
  };
  return (
    <search className="relative min-w-0 flex-1 basis-72 md:max-w-md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          search();
        }}
      >
        <Search size={16} aria-hidden className="absolute top-1/2 left-2 -translate-y-1/2 text-soft" />
        <input
          data-search
          aria-label="Find runs: workflow, run id, or label as name=value"
          aria-describedby="runs-search-taken"
          placeholder="Workflow, run id, or label as name=value"
          className="min-h-[var(--row)] w-full rounded-md border border-line-strong bg-paper pr-2 pl-8 text-ink"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <p
          id="runs-search-taken"
          aria-live="polite"
          className={
            taken === null
              ? "sr-only"
              : "absolute z-20 m-0 mt-1 w-full rounded-md border border-line bg-raised px-2.5 py-1.5 text-sm shadow-lg"
          }
        >
          {taken !== null &&
            (taken.type === "none"
              ? `It finds ${taken.why}, exactly.`
              : `Enter: ${taken.type === "run" ? "open" : "runs of"} ${taken.type === "label" ? "the label" : taken.type === "run" ? "the run" : "the workflow"} ${taken.value}`)}
        </p>
      </form>
    </search>
  );
}
