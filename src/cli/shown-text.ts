// Text for a terminal: what a service or a caller wrote moves no cursor, hides no line and changes no title there.

/** Control characters but tab and line feed, and what turns the direction of writing around (Unicode Standard Annex 9, section 2). */
const steering = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;
/** Our own, behind its escape character: bold, dim, colours, and their ends. None of them hides text. */
const paint = /^\[(?:1|2|22|3[0-79]|9[0-7])m/;

/** Each as its escape: `\u001b`. */
export function shownText(text: string): string {
  return text.replace(steering, (character, at: number) =>
    character === "\u001b" && paint.test(text.slice(at + 1, at + 6)) ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
