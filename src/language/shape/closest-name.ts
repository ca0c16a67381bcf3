// Guesses which name was meant by one that does not exist.

/** Longer words are not guessed at: what they cost grows with their square. */
const lengthMax = 64;

/** The name nearest to `word` by edits (letters put in, left out, changed, swapped), or null when none is near. */
export function closestName(word: string, names: Iterable<string>): string | null {
  if (word.length > lengthMax) return null;
  let best: string | null = null;
  // One letter is like any other; of two or more, one in three may be wrong.
  let bestDistance = (word.length === 1 ? 0 : Math.max(1, Math.floor(word.length / 3))) + 1;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= bestDistance) continue;
    const distance = sameButForCase(word, name) ? 0 : editDistance(word, name);
    if (distance >= bestDistance) continue;
    best = name;
    bestDistance = distance;
  }
  return best;
}

/** ``did you mean `x`?``, or null. */
export function didYouMean(word: string, names: Iterable<string>): string | null {
  const closest = closestName(word, names);
  return closest === null ? null : `did you mean \`${closest}\`?`;
}

function sameButForCase(a: string, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, "");
  return plain(a) === plain(b);
}

/** Optimal string alignment: Levenshtein's distance with swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] as number) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] as number;
}
