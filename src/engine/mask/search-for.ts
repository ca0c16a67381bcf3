// Every place of one text within another, in time that grows with the length of the other only.

/** So much is looked for by the runtime's own search, which is quick but, for a long text, not linear in the worst case. */
const anchorLength = 16;

/**
 * Where each prefix of `text` can go on when the next character does not fit (Knuth, Morris and Pratt, "Fast pattern
 * matching in strings", SIAM J. Comput. 6, 1977).
 */
function failuresOf(text: string): Int32Array {
  const failures = new Int32Array(text.length);
  let matched = 0;
  for (let at = 1; at < text.length; at++) {
    while (matched > 0 && text.charCodeAt(at) !== text.charCodeAt(matched))
      matched = failures[matched - 1] as number;
    if (text.charCodeAt(at) === text.charCodeAt(matched)) matched++;
    failures[at] = matched;
  }
  return failures;
}

export interface Found {
  readonly start: number;
  end: number;
}

/** A search for `wanted`, not empty. Places that overlap are one: a text of one character has as many as it is long. */
export function searchFor(wanted: string): (text: string) => readonly Found[] {
  const anchor = wanted.slice(0, anchorLength);
  let failures: Int32Array | null = null;
  return (text) => {
    const found: Found[] = [];
    let at = text.length < wanted.length ? -1 : text.indexOf(anchor);
    while (at >= 0) {
      failures ??= failuresOf(wanted);
      at = text.indexOf(anchor, follow(text, at + anchor.length, wanted, failures, found));
    }
    return found;
  };
}

/** Goes on where the anchor ends, as long as anything of `wanted` fits; gives where nothing fits any more. */
function follow(text: string, from: number, wanted: string, failures: Int32Array, found: Found[]): number {
  let matched = Math.min(anchorLength, wanted.length);
  let at = from;
  for (;;) {
    if (matched === wanted.length) {
      const last = found.at(-1);
      if (last !== undefined && at - matched < last.end) last.end = at;
      else found.push({ start: at - matched, end: at });
      matched = failures[matched - 1] as number;
    }
    if (matched === 0 || at >= text.length) return at;
    const unit = text.charCodeAt(at);
    while (matched > 0 && unit !== wanted.charCodeAt(matched)) matched = failures[matched - 1] as number;
    if (unit === wanted.charCodeAt(matched)) matched++;
    at++;
  }
}
