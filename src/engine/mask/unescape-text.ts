// Text without the escapes of an encoding, and where each of its characters stood in the text with them.

export interface Unescaped {
  readonly text: string;
  /** Offset in the text before, of each offset here, that of the end included. */
  readonly from: Int32Array;
}

/** `percent`: RFC 3986, section 2.1, as UTF-8; `json`: RFC 8259, section 7, and `\x41`; `html`: numbers and the five of XML. */
export type Escaping = "percent" | "json" | "html";

export const escapings: readonly Escaping[] = ["percent", "json", "html"];

interface Read {
  readonly point: number;
  /** Length of the escape. */
  readonly size: number;
}

const signs: Readonly<Record<Escaping, string>> = { percent: "%", json: "\\", html: "&" };
const readers: Readonly<Record<Escaping, (text: string, at: number) => Read | null>> = {
  percent: readPercent,
  json: readJson,
  html: readHtml,
};
const controls: ReadonlyMap<string, number> = new Map([
  ["b", 8],
  ["t", 9],
  ["n", 10],
  ["f", 12],
  ["r", 13],
]);
const entities: ReadonlyMap<string, number> = new Map([
  ["amp", 38],
  ["lt", 60],
  ["gt", 62],
  ["quot", 34],
  ["apos", 39],
]);
const entityLengthMax = 10;
const codePointMax = 0x10_ffff;
/** Arguments of one call. */
const chunkLength = 8_192;

/** Null when there is nothing to unescape. What is no escape stays as it is. */
export function unescapeText(text: string, escaping: Escaping): Unescaped | null {
  let at = text.indexOf(signs[escaping]);
  if (at < 0) return null;
  const sign = text.charCodeAt(at);
  const read = readers[escaping];
  const units = new Uint16Array(text.length);
  const from = new Int32Array(text.length + 1);
  let length = 0;
  for (at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    const escaped = unit === sign ? read(text, at) : null;
    const point = escaped === null ? unit : escaped.point;
    if (point > 0xffff) {
      from[length] = at;
      units[length++] = 0xd800 + ((point - 0x1_0000) >> 10);
    }
    from[length] = at;
    units[length++] = point > 0xffff ? 0xdc00 + (point & 0x3ff) : point;
    at += escaped === null ? 1 : escaped.size;
  }
  from[length] = text.length;
  return length === text.length ? null : { text: textOf(units, length), from: from.subarray(0, length + 1) };
}

function textOf(units: Uint16Array, length: number): string {
  const parts: string[] = [];
  for (let at = 0; at < length; at += chunkLength) {
    const chunk = units.subarray(at, Math.min(length, at + chunkLength));
    parts.push(Reflect.apply(String.fromCharCode, null, chunk));
  }
  return parts.join("");
}

function readJson(text: string, at: number): Read | null {
  const name = text.charAt(at + 1);
  if (name === "u" || name === "x") {
    const size = name === "u" ? 6 : 4;
    const point = hexAt(text, at + 2, at + size);
    return point < 0 ? null : { point, size };
  }
  return name === "" ? null : { point: controls.get(name) ?? text.charCodeAt(at + 1), size: 2 };
}

function readHtml(text: string, at: number): Read | null {
  const end = text.slice(at, at + entityLengthMax + 1).indexOf(";");
  if (end < 0) return null;
  const size = end + 1;
  const name = text.slice(at + 1, at + end);
  const known = entities.get(name);
  if (known !== undefined) return { point: known, size };
  const hex = /^#[xX]([0-9A-Fa-f]+)$/.exec(name)?.[1];
  const decimal = /^#([0-9]+)$/.exec(name)?.[1];
  if (hex === undefined && decimal === undefined) return null;
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return point <= codePointMax ? { point, size } : null;
}

/** A byte that is no UTF-8 is read as Latin-1. */
function readPercent(text: string, at: number): Read | null {
  const first = byteAt(text, at);
  if (first < 0) return null;
  const count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  let point = first & (0xff >> (count + 1));
  for (let place = 1; place < count; place++) {
    const byte = byteAt(text, at + place * 3);
    if (byte >> 6 !== 2) return { point: first, size: 3 };
    point = point * 64 + (byte & 63);
  }
  return count === 1 || point > codePointMax ? { point: first, size: 3 } : { point, size: count * 3 };
}

function byteAt(text: string, at: number): number {
  return text.charAt(at) === "%" ? hexAt(text, at + 1, at + 3) : -1;
}

/** The number; -1 where something is no digit. */
function hexAt(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x30 && unit <= 0x39) number = number * 16 + unit - 0x30;
    else if (unit >= 0x41 && unit <= 0x46) number = number * 16 + unit - 0x37;
    else if (unit >= 0x61 && unit <= 0x66) number = number * 16 + unit - 0x57;
    else return -1;
  }
  return number;
}
