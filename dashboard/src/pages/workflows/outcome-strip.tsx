// The last runs of a workflow as one strip: a bar each, as high as it took long, with a notch above those that went badly.

import type { AnswerOf } from "dispatched/client";
import { formatDuration } from "../../look/duration.ts";
import { hueClass, statusLook } from "../../look/status-look.ts";

type Recent = NonNullable<AnswerOf<"GET /api/workflows">["workflows"][number]["stats"]>["recent"];

const height = 24;
const [barWidth, gap, notch] = [4, 2, 4];
const bad: ReadonlySet<string> = new Set(["failed", "timed_out"]);

function inWords(recent: Recent): string {
  const counts = new Map<string, number>();
  for (const { status } of recent) counts.set(status, (counts.get(status) ?? 0) + 1);
  const told = [...counts].map(([status, count]) => `${count} ${statusLook(status).word}`).join(", ");
  const lengths = recent.map(({ ms }) => ms);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  return `The last ${recent.length}: ${told}; ${formatDuration(least)} to ${formatDuration(most)}`;
}

/** `recent`: the one made last first; shown from left to right as they were made. Heights grow with the logarithm of the time. */
export function OutcomeStrip({ recent }: { readonly recent: Recent }) {
  if (recent.length === 0) return <span className="text-soft">–</span>;
  const most = Math.log1p(Math.max(...recent.map(({ ms }) => ms)));
  const words = inWords(recent);
  return (
    <svg
      role="img"
      aria-label={words}
      width={recent.length * (barWidth + gap)}
      height={height}
      className="block"
      viewBox={`0 0 ${recent.length * (barWidth + gap)} ${height}`}
    >
      <title>{words}</title>
      {recent.toReversed().map(({ run, status, ms }, index) => {
        const room = height - notch - 2;
        const bar = most === 0 ? 3 : Math.max(3, (Math.log1p(ms) / most) * room);
        const x = index * (barWidth + gap);
        return (
          <g key={run} className={hueClass(status)} fill="currentColor">
            <rect x={x} y={height - bar} width={barWidth} height={bar} />
            {bad.has(status) && <rect x={x} y={height - bar - notch - 1} width={barWidth} height={notch} />}
          </g>
        );
      })}
    </svg>
  );
}
