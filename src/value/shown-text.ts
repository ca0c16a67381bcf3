// Text for a terminal: what a service or a caller wrote moves no cursor, hides no line, colours nothing and changes no title there.

/** Control characters but tab and line feed, and what turns the direction of writing around (Unicode Standard Annex 9, section 2). */
const steering = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** Each as its escape: `\u001b`. Of JSON text it gives JSON text of the same value. */
export function shownText(text: string): string {
  return text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
