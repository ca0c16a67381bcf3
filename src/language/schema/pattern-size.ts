// How large a pattern becomes when it is compiled: repetitions are written out.

const repetition = /\{(\d+)(?:,(\d*))?\}/y;
const escaped = /\\(?:[pP]\{[^}]*\}|[\s\S])/y;
const bracket = /\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]?/y;

/** About the instructions of `source`, from its text alone, so that nothing large is built to find out. */
export function patternSize(source: string): number {
  /** Sizes of the open groups, and of the last atom in each: what a repetition repeats. */
  const open = [{ size: 0, last: 0 }];
  for (let at = 0; at < source.length; ) {
    const group = open.at(-1) as { size: number; last: number };
    const repeatEnd = endOf(repetition, source, at);
    if (repeatEnd > at) {
      const [, least, most] = /(\d+)(?:,(\d*))?/.exec(source.slice(at, repeatEnd)) ?? [];
      group.size += group.last * (Math.max(Number(least), Number(most ?? 0)) - 1);
      at = repeatEnd;
      continue;
    }
    const character = source.charAt(at);
    const atomEnd = Math.max(endOf(escaped, source, at), endOf(bracket, source, at), at + 1);
    at = atomEnd;
    if (character === "(") open.push({ size: 2, last: 0 });
    else if (character === ")" && open.length > 1) {
      const closed = open.pop() as { size: number };
      const outer = open.at(-1) as { size: number; last: number };
      outer.last = closed.size;
      outer.size += closed.size;
    } else {
      group.last = 1;
      group.size += 1;
    }
  }
  return open.reduce((sum, { size }) => sum + size, 0);
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
