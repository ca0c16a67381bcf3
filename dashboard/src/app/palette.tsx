// The palette: pages, workflows, and a run by its id, by the keyboard alone.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { Dialog } from "../look/dialog.tsx";
import { useClient } from "../session/tenant-client.ts";
import { partsOfPlaces, places } from "./places.ts";

interface Choice {
  readonly to: string;
  readonly title: string;
  readonly kind: string;
  readonly search?: Readonly<Record<string, string>>;
}

function runChoice(text: string): readonly Choice[] {
  return /^run_[0-9a-z]{10,}$/i.test(text) ? [{ to: `/runs/${text}`, title: text, kind: "run" }] : [];
}

function useChoices(text: string): readonly Choice[] {
  const client = useClient();
  const { data } = useQuery({ queryKey: ["palette-workflows"], queryFn: () => client.listWorkflows() });
  const all: readonly Choice[] = [
    ...places.map(({ to, title }) => ({ to, title, kind: "page" })),
    ...(data?.workflows ?? []).map(({ name }) => ({
      to: `/workflows/${name}`,
      title: name,
      kind: "workflow",
    })),
    ...partsOfPlaces.map((part) => ({ ...part, kind: "page" })),
  ];
  const wanted = text.toLowerCase();
  return [...runChoice(text), ...all.filter(({ title }) => title.toLowerCase().includes(wanted))].slice(
    0,
    12,
  );
}

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const choices = useChoices(text.trim());
  const at = Math.min(chosen, choices.length - 1);
  const go = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    onClose();
    void navigate({ to: choice.to, search: (choice.search ?? {}) as never });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setChosen(Math.min(at + 1, choices.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(at - 1, 0));
    else if (event.key === "Enter") go(choices[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={at >= 0 ? `palette-${at}` : undefined}
        aria-label="A page, a workflow, or the id of a run"
        placeholder="A page, a workflow, or the id of a run"
        className="w-full rounded-md border border-line-strong bg-paper px-2.5 py-2 text-ink"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setChosen(0);
        }}
        onKeyDown={press}
      />
      <div id="palette-list" role="listbox" aria-label="Found" className="mt-2">
        {choices.map((choice, index) => (
          <div
            key={`${choice.kind} ${choice.title}`}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="flex cursor-pointer justify-between rounded px-2 py-1.5 hover:bg-sunken aria-selected:bg-accent-soft"
            onClick={() => go(choice)}
            onKeyDown={press}
          >
            <span className="truncate">{choice.title}</span>
            <span className="text-soft">{choice.kind}</span>
          </div>
        ))}
        {choices.length === 0 && <p className="m-0 p-2 text-soft">Nothing has this name.</p>}
      </div>
    </Dialog>
  );
}
