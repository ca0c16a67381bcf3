// What can be done with a run: every action in sight, those that are off say why.

import {
  Ban,
  Calculator,
  CirclePause,
  CirclePlay,
  Download,
  ListRestart,
  type LucideIcon,
  Radio,
  RotateCcw,
  Undo2,
} from "lucide-react";
import { Button } from "../../look/button.tsx";
import { useCommand } from "./doing/use-command.ts";
import { type RunAction, whyOff } from "./doing/why-off.ts";
import { useRunPage } from "./use-run-page.ts";

export function RunActions() {
  const { run, document, open } = useRunPage();
  const { command, busy } = useCommand();
  const takesSignals = document === null ? null : document.steps.some(({ wait }) => wait?.kind === "signal");
  const off = whyOff(run, takesSignals);
  const paused = run.status === "paused";
  const action = (name: RunAction, word: string, Shape: LucideIcon, onClick: () => void) => {
    const why = off[name] ?? (busy ? "The engine is being told" : null);
    return (
      <Button key={name} offBecause={why} onClick={onClick} className="px-2.5">
        <Shape size={16} aria-hidden />
        {word}
        {why !== null && <span className="sr-only">, off: {why}</span>}
      </Button>
    );
  };
  return (
    <div
      role="toolbar"
      aria-label="Actions"
      className="flex gap-1.5 max-md:w-full max-md:overflow-x-auto max-md:pb-1 max-md:*:shrink-0 md:flex-wrap"
    >
      {action("signal", "Signal", Radio, () => open({ type: "signal" }))}
      {paused
        ? action("resume", "Resume", CirclePlay, () => command("resume"))
        : action("pause", "Pause", CirclePause, () => command("pause"))}
      {action("cancel", "Cancel", Ban, () => open({ type: "cancel" }))}
      {action("retry", "Retry", RotateCcw, () => open({ type: "retry" }))}
      {action("rerun", "Rerun", ListRestart, () => open({ type: "rerun", from: [] }))}
      {action("compensate", "Undo again", Undo2, () => command("compensate"))}
      <Button kind="quiet" className="px-2" onClick={() => open({ type: "evaluate" })}>
        <Calculator size={16} aria-hidden />
        Evaluate
      </Button>
      <Button kind="quiet" className="px-2" onClick={() => open({ type: "export" })}>
        <Download size={16} aria-hidden />
        Export
      </Button>
    </div>
  );
}
