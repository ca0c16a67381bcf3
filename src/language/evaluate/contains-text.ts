// Looks for a text in another, in linear time whatever they are.

/** Up to this product of lengths the engine's own search, which is quadratic at worst, is fast enough. */
const productMax = 1_000_000;

/** True when `part` stands in `whole` (Knuth, Morris and Pratt for long ones). */
export function containsText(whole: string, part: string): boolean {
  if (whole.length * part.length <= productMax) return whole.includes(part);
  if (part.length > whole.length) return false;
  const borders = bordersOf(part);
  let matched = 0;
  for (let index = 0; index < whole.length; index++) {
    const unit = whole.charCodeAt(index);
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = borders[matched - 1] as number;
    if (part.charCodeAt(matched) === unit) matched += 1;
    if (matched === part.length) return true;
  }
  return false;
}

/** For each prefix of `part`, the length of its longest proper prefix that also ends it. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let length = 0;
  for (let index = 1; index < part.length; index++) {
    while (length > 0 && part.charCodeAt(length) !== part.charCodeAt(index))
      length = borders[length - 1] as number;
    if (part.charCodeAt(length) === part.charCodeAt(index)) length += 1;
    borders[index] = length;
  }
  return borders;
}
