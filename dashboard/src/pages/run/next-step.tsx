// What to do next, as the verdict has it: a button that begins it, and the same as a command.

import { Link } from "@tanstack/react-router";
import type { ExplanationResource } from "dispatched/client";
import { Button } from "../../look/button.tsx";
import { useCommand } from "./doing/use-command.ts";
import { useRunPage } from "./use-run-page.ts";

const words: Readonly<Record<string, string>> = {
  signal: "Send the signal",
  resume: "Resume",
  rerun: "Run again",
  compensate: "Undo again",
};

/** `--from 'each[3]'` of the command. */
function fromOf(text: string): readonly string[] {
  const from = /--from '([^']+)'/.exec(text)?.[1];
  return from === undefined ? [] : [from];
}

export function NextStep({ next }: { readonly next: ExplanationResource["next"] }) {
  const { run, open } = useRunPage();
  const { command, busy } = useCommand();
  const { action, text, note } = next;
  const told = (
    <>
      <code className="break-all text-soft">{text}</code>
      {note !== null && <span className="text-soft">{note}</span>}
    </>
  );
  if (action === "fix") {
    return (
      <span className="flex flex-wrap items-center gap-x-2">
        {text.includes("dispatched secret set") ? (
          <Link to="/secrets" className="text-accent underline">
            Go to the secrets
          </Link>
        ) : (
          <Link to="/workflows/$name" params={{ name: run.workflow }} className="text-accent underline">
            Look at the workflow
          </Link>
        )}
        {told}
      </span>
    );
  }
  const word = words[action];
  if (word === undefined) return <span>{text}</span>;
  if (run.parent !== null && (action === "rerun" || action === "compensate")) {
    return (
      <Link to="/runs/$run" params={{ run: run.parent.run }} className="text-accent underline">
        Go to the run that started it
      </Link>
    );
  }
  const begin = () => {
    if (action === "signal") open({ type: "signal" });
    else if (action === "rerun") open({ type: "rerun", from: fromOf(text) });
    else if (action === "resume" || action === "compensate") command(action);
  };
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Button kind="main" onClick={begin} offBecause={busy ? "The engine is being told" : null}>
        {word}
      </Button>
      {told}
    </span>
  );
}
