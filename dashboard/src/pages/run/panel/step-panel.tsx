// What is known of one step or item: beside the graph where there is room, over the page where there is not.

import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { StatusMark } from "../../../look/status-mark.tsx";
import { useWide } from "../../../look/use-wide.ts";
import { stepStatus } from "../step-status.ts";
import { useRunPage } from "../use-run-page.ts";
import { AttemptsTab } from "./attempts-tab.tsx";
import { ItemsTab } from "./items-tab.tsx";
import { RequestTab } from "./request-tab.tsx";
import { ResponseTab } from "./response-tab.tsx";
import { SummaryTab } from "./summary-tab.tsx";

const besideFrom = 1280;
const widthLeast = 320;
const widthMost = 820;

export function StepPanel() {
  const { run, place } = useRunPage();
  const beside = useWide(besideFrom);
  const [width, setWidth] = useState(460);
  const step = run.steps.find(({ id }) => id === place.step);
  const name = place.item === null ? place.step : `${place.step}[${place.item}]`;
  // Over the page it is opened only by the reader: the verdict comes first.
  const open = step !== undefined && (beside || place.chosen);
  const panel = useFocusOver(open && !beside ? name : null);
  if (!open) return null;
  const frame = beside
    ? "relative shrink-0"
    : "fixed inset-y-0 right-0 z-40 w-full max-w-xl border-l border-line shadow-xl";
  return (
    <>
      {beside && <Handle width={width} onWidth={setWidth} />}
      <aside
        ref={panel}
        tabIndex={-1}
        aria-label={`Step ${name}`}
        className={`${frame} overflow-auto bg-raised outline-none`}
        style={beside ? { width } : undefined}
        onKeyDown={({ key }) => key === "Escape" && place.leave()}
      >
        <div className="flex items-center gap-2 px-3 py-1.5">
          {place.item === null && <StatusMark status={stepStatus(step)} bare />}
          <h2 className="m-0 min-w-0 truncate text-lg font-semibold">{name}</h2>
          <button
            type="button"
            aria-label="Close"
            className="ml-auto rounded p-1.5 text-soft hover:bg-sunken"
            onClick={place.leave}
          >
            <X size={18} aria-hidden />
          </button>
        </div>
        <Tabs hasItems={step.items !== null && place.item === null} />
      </aside>
    </>
  );
}

/** What lies over the page has the focus, also when it shows another step; what had it before has it again afterwards. */
function useFocusOver(name: string | null) {
  const panel = useRef<HTMLElement>(null);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    const focused = document.activeElement;
    if (name === null) {
      if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
      before.current = null;
    } else if (panel.current?.contains(focused) === false) {
      before.current = focused === document.body ? null : focused;
      panel.current.focus({ preventScroll: true });
    }
  }, [name]);
  return panel;
}

/** By the pointer, or by the arrow keys. */
function Handle({ width, onWidth }: { readonly width: number; readonly onWidth: (width: number) => void }) {
  const set = (next: number) => onWidth(Math.min(widthMost, Math.max(widthLeast, next)));
  return (
    <hr
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the step's panel"
      aria-valuenow={width}
      aria-valuemin={widthLeast}
      aria-valuemax={widthMost}
      className="mx-1.5 my-0 h-auto w-1 shrink-0 cursor-col-resize self-stretch rounded border-0 bg-line hover:bg-accent"
      onKeyDown={({ key }) => {
        if (key === "ArrowLeft") set(width + 24);
        if (key === "ArrowRight") set(width - 24);
      }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) set(width - event.movementX);
      }}
    />
  );
}

const tabs = {
  summary: "Summary",
  items: "Items",
  request: "Request",
  response: "Response",
  attempts: "Attempts",
} as const;
type Tab = keyof typeof tabs;

function Tabs({ hasItems }: { readonly hasItems: boolean }) {
  const { place } = useRunPage();
  const shown: readonly Tab[] = hasItems
    ? ["items", "summary"]
    : ["summary", "request", "response", "attempts"];
  const tab = shown.find((one) => one === place.search["tab"]) ?? shown[0];
  return (
    <>
      <div role="tablist" aria-label="Of this step" className="flex border-b border-line px-2">
        {shown.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === tab}
            className="-mb-px border-b-2 border-transparent px-2.5 py-1.5 text-soft aria-selected:border-accent aria-selected:font-semibold aria-selected:text-ink"
            onClick={() => place.set({ step: place.step ?? undefined, tab: one })}
          >
            {tabs[one]}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={tabs[tab ?? "summary"]} className="px-3 py-2">
        {tab === "summary" && <SummaryTab />}
        {tab === "items" && <ItemsTab />}
        {tab === "request" && <RequestTab />}
        {tab === "response" && <ResponseTab />}
        {tab === "attempts" && <AttemptsTab />}
      </div>
    </>
  );
}
