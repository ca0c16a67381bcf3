// How many columns of a terminal a text takes: wide characters take two, marks that join the one before none.

/** East Asian Width W and F (Unicode Standard Annex 11), by the blocks in which nearly all of them are, and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const joining = /[\p{Mn}\p{Me}\p{Cf}]/u;

export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += joining.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}
