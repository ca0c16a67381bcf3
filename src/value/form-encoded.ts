// Text as a form sends it.

/** A name or value of `application/x-www-form-urlencoded` (WHATWG URL, section 5). `text` has no half of a surrogate pair. */
export function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
