// A JSON value, printed as JSON; a long one is folded until it is asked for.

import { useMemo, useState } from "react";
import { CommandLine } from "./command-line.tsx";
import { jsonText } from "./json-text.ts";

interface JsonViewProps {
  readonly value: unknown;
  readonly label: string;
}

const shownMax = 4_000;

export function JsonView({ value, label }: JsonViewProps) {
  const text = useMemo(() => jsonText(value), [value]);
  const [whole, setWhole] = useState(false);
  if (text.length <= shownMax || whole) return <CommandLine text={text} label={`Copy ${label}`} />;
  return (
    <div>
      <CommandLine text={`${text.slice(0, shownMax)}\n…`} label={`Copy ${label}`} />
      <button type="button" className="text-accent underline" onClick={() => setWhole(true)}>
        Show all {text.length.toLocaleString("en")} characters
      </button>
    </div>
  );
}
