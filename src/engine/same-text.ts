// Whether two texts that hold a code are the same.

/** In a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  let differs = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) differs |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return differs === 0;
}
