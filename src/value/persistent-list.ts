// A list that is changed by making a new one which shares almost everything with the old: a trie of 32 branches.

/** Entries are by place, from 0; a place that was never set holds undefined. */
export interface PersistentList<Value> {
  /** How many places the tree has room for: 32, 1,024, 32,768 … */
  readonly room: number;
  readonly root: Branch<Value>;
}

type Branch<Value> = readonly (Branch<Value> | Value | undefined)[];

const width = 32;

export function emptyList<Value>(count: number): PersistentList<Value> {
  let room = width;
  while (room < count) room *= width;
  return { room, root: [] };
}

/** Undefined for a place that is none. */
export function entryAt<Value>(list: PersistentList<Value>, place: number): Value | undefined {
  if (place >= list.room) return undefined;
  let branch = list.root;
  for (let span = list.room / width; span > 1; span /= width) {
    const next = branch[Math.floor(place / span) % width];
    if (next === undefined) return undefined;
    branch = next as Branch<Value>;
  }
  return branch[place % width] as Value | undefined;
}

/** The list with `value` at `place`, which is below the count that it was made for. */
export function withEntry<Value>(
  list: PersistentList<Value>,
  place: number,
  value: Value,
): PersistentList<Value> {
  return { room: list.room, root: changed(list.root, list.room / width, place, value) };
}

function changed<Value>(branch: Branch<Value>, span: number, place: number, value: Value): Branch<Value> {
  const copy = branch.slice();
  const at = span === 1 ? place % width : Math.floor(place / span) % width;
  copy[at] =
    span === 1 ? value : changed((branch[at] as Branch<Value> | undefined) ?? [], span / width, place, value);
  return copy;
}
