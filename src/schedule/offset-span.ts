// The offset of a time zone from UTC at a moment, and how long it holds, from the runtime's own time zone data.

export interface OffsetSpan {
  /** Seconds since 1970-01-01T00:00:00Z; the span begins with it. */
  readonly from: number;
  /** The first second after the span. */
  readonly until: number;
  /** Seconds that the wall clock is ahead of UTC. */
  readonly offset: number;
  /** The offset just before `from`. It is the same where a span is only cut, not changed. */
  readonly offsetBefore: number;
}

/** Spans are found and kept in pieces of 388 days. */
const pieceSeconds = 2 ** 25;
/** No zone has changed its clock twice within three days since 1970. */
const probeSeconds = 2 ** 18;
/** About 3 MB; beyond, all are forgotten and found again. */
const piecesMax = 10_000;

const pieces = new Map<string, readonly OffsetSpan[]>();

/**
 * The span that contains the second `at`. `timeZone` must be one that isTimeZone accepts, `at` within the years that a
 * Date can hold.
 */
export function offsetSpanAt(timeZone: string, at: number): OffsetSpan {
  const piece = Math.floor(at / pieceSeconds);
  const key = `${piece} ${timeZone}`;
  let spans = pieces.get(key);
  if (spans === undefined) {
    if (pieces.size >= piecesMax) pieces.clear();
    spans = findSpans(timeZone, piece * pieceSeconds);
    pieces.set(key, spans);
  }
  const span = spans.find(({ until }) => at < until);
  if (span === undefined) throw new RangeError("a piece has a span for each of its seconds");
  return span;
}

function findSpans(timeZone: string, start: number): readonly OffsetSpan[] {
  const offsetAt = offsetReader(timeZone);
  const end = start + pieceSeconds;
  const spans: OffsetSpan[] = [];
  let offsetBefore = offsetAt(start - 1);
  let from = start;
  let offset = offsetAt(start);
  for (let probe = start; probe < end; probe += probeSeconds) {
    const until = Math.min(probe + probeSeconds, end) - 1;
    const later = offsetAt(until);
    if (later === offset) continue;
    const change = findChange(offsetAt, probe, until);
    spans.push({ from, until: change, offset, offsetBefore });
    [from, offset, offsetBefore] = [change, later, offset];
  }
  spans.push({ from, until: end, offset, offsetBefore });
  return spans;
}

/** The first second in (low, high] whose offset is not that of `low`. */
function findChange(offsetAt: (at: number) => number, low: number, high: number): number {
  const before = offsetAt(low);
  let [same, changed] = [low, high];
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetAt(middle) === before) same = middle;
    else changed = middle;
  }
  return changed;
}

function offsetReader(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (at) => {
    // "10/26/2025, GMT+01:00", with seconds where they are not 0, and "GMT" alone for UTC.
    const found = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(at * 1000));
    if (found === null) return 0;
    const [, sign, hours, minutes, seconds = "0"] = found;
    const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    return sign === "-" ? -size : size;
  };
}
