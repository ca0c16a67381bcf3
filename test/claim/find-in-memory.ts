// Searches what a core dump of another process would hold, while that lives: all memory that it can write to (Linux).

import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const chunkBytes = 16 * 1024 * 1024;
const pageBytes = 4096;
const emptyPage = Buffer.alloc(pageBytes);

/** Names of the values that stand somewhere, with how often. Throws where the system does not let us look. */
export function findInMemory(
  pid: number,
  values: ReadonlyMap<string, readonly Buffer[]>,
): ReadonlyMap<string, number> {
  const search = searchOf(values);
  const found = new Map<string, number>();
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    const buffer = Buffer.alloc(chunkBytes + search.longest);
    for (const { from, to } of writable(pid)) {
      // Each chunk is read on a little into the next, so that nothing is missed at the seam.
      for (let at = from; at < to; at += chunkBytes) {
        const size = Math.min(chunkBytes + search.longest, to - at);
        const read = readAt(memory, buffer.subarray(0, size), at);
        search.scan(buffer.subarray(0, read), Math.min(chunkBytes, read), (name) =>
          found.set(name, (found.get(name) ?? 0) + 1),
        );
      }
    }
  } finally {
    closeSync(memory);
  }
  return found;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function writable(pid: number): readonly Range[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n");
  return lines.flatMap((line) => {
    const [, from, to, rights] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? [];
    const isWritable = rights?.startsWith("rw") === true && !line.endsWith("[vvar]");
    return isWritable ? [{ from: Number.parseInt(from ?? "", 16), to: Number.parseInt(to ?? "", 16) }] : [];
  });
}

/** Less than asked for where pages were given back meanwhile. */
function readAt(file: number, into: Buffer, at: number): number {
  let read = 0;
  try {
    while (read < into.length) {
      const more = readSync(file, into, read, into.length - read, at + read);
      if (more === 0) break;
      read += more;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EIO") throw error;
  }
  return read;
}

/** One pass for all of them: most places are passed over by their first two bytes. */
function searchOf(values: ReadonlyMap<string, readonly Buffer[]>) {
  const byHead = new Map<number, { readonly name: string; readonly bytes: Buffer }[]>();
  const heads = new Uint8Array(65_536);
  let longest = 0;
  for (const [name, forms] of values) {
    for (const bytes of forms) {
      const head = bytes.readUInt16LE(0);
      heads[head] = 1;
      byHead.set(head, [...(byHead.get(head) ?? []), { name, bytes }]);
      longest = Math.max(longest, bytes.length);
    }
  }
  const scanPage = (memory: Buffer, from: number, to: number, tell: (name: string) => void) => {
    let head = memory[from] as number;
    for (let at = from; at < to; at++) {
      head = (head & 0xff) | ((memory[at + 1] as number) << 8);
      if (heads[head] === 1) {
        for (const { name, bytes } of byHead.get(head) ?? []) {
          if (memory.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, memory.length)) === 0)
            tell(name);
        }
      }
      head >>= 8;
    }
  };
  const scan = (memory: Buffer, end: number, tell: (name: string) => void) => {
    for (let at = 0; at < end; at += pageBytes) {
      const to = Math.min(at + pageBytes, end);
      // Most of it was never written to.
      if (memory.compare(emptyPage, 0, to - at, at, to) !== 0) scanPage(memory, at, to, tell);
    }
  };
  return { scan, longest };
}
