// Texts with half of a surrogate pair, which any JSON may bring and UTF-8 has no form for: each is a text like any other.

/** The last is what a careless engine makes of the others. */
const texts = ["\ud83d", "\ud83e", "a\ude00", "\ufffd"] as const;
const among = 10;

/** What some of all that has a name of its own brings as `cut`. No draw of its own, so that seeds stay the worlds that they are. */
export function cutInput(name: string): { readonly cut?: string } {
  let sum = 0;
  for (const letter of name) sum += letter.charCodeAt(0);
  const cut = texts[sum % among];
  return cut === undefined ? {} : { cut };
}

/** The text that a document says where an input has no `cut`: its order. */
export const cutOrOrder = "{{ trigger.body.cut ?? trigger.body.order }}";
