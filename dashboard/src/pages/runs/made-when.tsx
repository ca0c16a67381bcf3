// When runs were made: a length of time before now, or between two times; both stand in the address.

import { type FormEvent, useState } from "react";
import { useTextSearch } from "../../app/use-text-search.ts";
import { Button } from "../../look/button.tsx";
import { TextField } from "../../look/field.tsx";
import { formatMoment } from "../../look/moment.tsx";
import { usePreferences } from "../../look/preferences.ts";
import { FilterChoice } from "./filter-choice.tsx";
import { closeMenu, FilterMenu } from "./filter-menu.tsx";
import { type Filters, sinces } from "./run-query.ts";
import { boundsProblem, fieldOf, timeOf } from "./time-text.ts";

type Times = Pick<Filters, "since" | "from" | "to">;

export function MadeWhen({ since, from, to }: Times) {
  const [, setSearch] = useTextSearch();
  const bounded = from !== undefined || to !== undefined;
  const chosen = sinces.find(([name]) => name === since)?.[1] ?? null;
  const choose = (name: string) => setSearch({ since: name, from: "", to: "" });
  return (
    <FilterMenu
      label={bounded ? "Made between" : chosen === null ? "Made any time" : `Made in the ${chosen}`}
    >
      <fieldset className="m-0 min-w-0 border-0 p-0">
        <legend className="sr-only">Made when</legend>
        <FilterChoice kind="radio" chosen={chosen === null && !bounded} onToggle={() => choose("")}>
          any time
        </FilterChoice>
        {sinces.map(([name, words]) => (
          <FilterChoice
            key={name}
            kind="radio"
            chosen={since === name && !bounded}
            onToggle={() => choose(name)}
          >
            {words}
          </FilterChoice>
        ))}
      </fieldset>
      <Between key={`${from} ${to}`} from={from} to={to} />
    </FilterMenu>
  );
}

function Between({ from, to }: Pick<Times, "from" | "to">) {
  const { zone } = usePreferences();
  const [, setSearch] = useTextSearch();
  const [first, setFirst] = useState(() => fieldOf(from, zone));
  const [last, setLast] = useState(() => fieldOf(to, zone));
  const [problem, setProblem] = useState<string | null>(null);
  const bound = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const [after, before] = [timeOf(first, zone), timeOf(last, zone)];
    const wrong = boundsProblem(after, before);
    setProblem(wrong);
    if (wrong !== null) return;
    closeMenu(event.currentTarget);
    setSearch({ since: "", from: after, to: before });
  };
  const zoneName = formatMoment(new Date().toISOString(), zone).split(" ").at(-1);
  return (
    <form className="mt-1 border-t border-line px-2 pt-2 pb-1" onSubmit={bound}>
      <TextField
        label="From"
        type="datetime-local"
        value={first}
        onChange={({ target }) => setFirst(target.value)}
      />
      <TextField
        label="To"
        hint={`${zoneName}; either may be left out.`}
        problem={problem}
        type="datetime-local"
        value={last}
        onChange={({ target }) => setLast(target.value)}
      />
      <Button type="submit" offBecause={first === "" && last === "" ? "Neither time is set" : null}>
        Show these
      </Button>
    </form>
  );
}
