// How called hosts stand: what the breaker of each is doing, and how many calls wait there.

import { CircleCheck, CirclePause, CircleSlash, Hourglass, type LucideIcon } from "lucide-react";
import { Moment } from "../../look/moment.tsx";

export interface CalledHost {
  readonly host: string;
  readonly breaker: "closed" | "open" | "half_open";
  /** Of one that is open. */
  readonly open_until: string | null;
  /** Left out where others' calls wait, too. */
  readonly waiting?: number;
}

/** Of a rule for many hosts; those that are not as usual come first. */
const shownMax = 5;

interface Look {
  readonly shape: LucideIcon;
  readonly hue: string;
  readonly words: string;
}

function lookOf({ breaker, waiting = 0 }: CalledHost): Look {
  if (breaker === "open") return { shape: CircleSlash, hue: "text-failed", words: "breaker open" };
  if (breaker === "half_open")
    return { shape: CirclePause, hue: "text-amber", words: "breaker half-open: one call goes to see" };
  if (waiting > 0) return { shape: Hourglass, hue: "text-amber", words: "" };
  return { shape: CircleCheck, hue: "text-completed", words: "open to calls" };
}

function isUsual({ breaker, waiting = 0 }: CalledHost): boolean {
  return breaker === "closed" && waiting === 0;
}

export function HostStanding({ called }: { readonly called: readonly CalledHost[] }) {
  if (called.length === 0) return <span className="text-soft">not called lately</span>;
  const sorted = called.toSorted((one, other) => Number(isUsual(one)) - Number(isUsual(other)));
  const more = sorted.length - shownMax;
  return (
    <ul className="m-0 list-none p-0">
      {sorted.slice(0, shownMax).map((one) => (
        <OneHost key={one.host} called={one} />
      ))}
      {more > 0 && <li className="text-sm text-soft">and {more.toLocaleString("en")} more</li>}
    </ul>
  );
}

function OneHost({ called }: { readonly called: CalledHost }) {
  const { shape: Shape, hue, words } = lookOf(called);
  const { host, open_until, waiting = 0 } = called;
  return (
    <li>
      <span className="flex items-center gap-1.5">
        <Shape size={15} strokeWidth={2.25} aria-hidden className={`${hue} shrink-0`} />
        <code className="text-sm wrap-anywhere">{host}</code>
      </span>
      <span className="block pl-[21px] text-sm text-soft">
        {words}
        {open_until !== null && (
          <>
            {" until "}
            <Moment at={open_until} />
          </>
        )}
        {waiting > 0 && `${words === "" ? "" : " · "}${waitingInWords(waiting)}`}
      </span>
    </li>
  );
}

function waitingInWords(waiting: number): string {
  return waiting === 1 ? "1 call waits" : `${waiting.toLocaleString("en")} calls wait`;
}
