// The escapes of three encodings, each as the code point that it stands for.

/** `percent`: RFC 3986, section 2.1, as UTF-8; `json`: RFC 8259, section 7, and `\x41`; `html`: numbers and the five of XML. */
export type Escaping = "percent" | "json" | "html";

export const escapings: readonly Escaping[] = ["percent", "json", "html"];

/** What an escape begins with. */
export const signs: Readonly<Record<Escaping, string>> = { percent: "%", json: "\\", html: "&" };

export const sign = /[%\\&]/;

const entities: readonly (readonly [name: string, point: number])[] = [
  ["amp;", 38],
  ["lt;", 60],
  ["gt;", 62],
  ["quot;", 34],
  ["apos;", 39],
];
const entityLengthMax = 10;
const codePointMax = 0x10_ffff;

/** The code point by 16, and the length of the escape, which is longer than what it stands for; -1 for what is none. A sign stands at `at`. */
export function readEscape(text: string, at: number, escaping: Escaping): number {
  if (escaping === "percent") return readPercent(text, at);
  return escaping === "json" ? readJson(text, at) : readHtml(text, at);
}

function escapeOf(point: number, size: number): number {
  return point * 16 + size;
}

function readJson(text: string, at: number): number {
  if (at + 1 >= text.length) return -1;
  const unit = text.charCodeAt(at + 1);
  switch (unit) {
    case 0x75: // u
    case 0x78: {
      // x
      const size = unit === 0x75 ? 6 : 4;
      const point = hexAt(text, at + 2, at + size);
      return point < 0 ? -1 : escapeOf(point, size);
    }
    case 0x62: // b
      return escapeOf(8, 2);
    case 0x74: // t
      return escapeOf(9, 2);
    case 0x6e: // n
      return escapeOf(10, 2);
    case 0x66: // f
      return escapeOf(12, 2);
    case 0x72: // r
      return escapeOf(13, 2);
    default:
      return escapeOf(unit, 2);
  }
}

function readHtml(text: string, at: number): number {
  const first = text.charCodeAt(at + 1);
  if (first === 0x23) return readNumber(text, at);
  for (const [name, point] of entities) {
    if (name.charCodeAt(0) === first && text.startsWith(name, at + 1))
      return escapeOf(point, name.length + 1);
  }
  return -1;
}

/** `&#65;` or `&#x41;`. */
function readNumber(text: string, at: number): number {
  const isHex = (text.charCodeAt(at + 2) | 0x20) === 0x78;
  const start = at + (isHex ? 3 : 2);
  let point = 0;
  for (let end = start; end <= at + entityLengthMax; end++) {
    const unit = text.charCodeAt(end);
    if (unit === 0x3b) return end === start || point > codePointMax ? -1 : escapeOf(point, end + 1 - at);
    const digit = digitOf(unit);
    if (digit < 0 || (!isHex && digit > 9)) return -1;
    point = point * (isHex ? 16 : 10) + digit;
  }
  return -1;
}

/** A byte that is no UTF-8 is read as Latin-1. */
function readPercent(text: string, at: number): number {
  const first = byteAt(text, at);
  if (first < 0) return -1;
  const count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  let point = first & (0xff >> (count + 1));
  for (let place = 1; place < count; place++) {
    const byte = byteAt(text, at + place * 3);
    if (byte >> 6 !== 2) return escapeOf(first, 3);
    point = point * 64 + (byte & 63);
  }
  return count === 1 || point > codePointMax ? escapeOf(first, 3) : escapeOf(point, count * 3);
}

function byteAt(text: string, at: number): number {
  return text.charCodeAt(at) === 0x25 ? hexAt(text, at + 1, at + 3) : -1;
}

/** The number; -1 where something is no digit. */
function hexAt(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = digitOf(text.charCodeAt(at));
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

/** Of a hexadecimal digit; -1 of anything else. */
function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  if (unit >= 0x41 && unit <= 0x46) return unit - 0x37;
  return unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : -1;
}
