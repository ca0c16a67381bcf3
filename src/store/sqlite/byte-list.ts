// Several byte arrays as one: one after the other, each behind its length.

import { ByteReader } from "./byte-reader.ts";
import { ByteWriter, numberBytesMax } from "./byte-writer.ts";

export function packList(list: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(list.reduce((sum, bytes) => sum + bytes.length + numberBytesMax, 0));
  for (const bytes of list) writer.bytes(bytes);
  return writer.written;
}

export function unpackList(packed: Uint8Array): readonly Uint8Array[] {
  const reader = new ByteReader(packed);
  const list: Uint8Array[] = [];
  while (!reader.atEnd) list.push(reader.bytes());
  return list;
}
