// What a graph shows of a step in a run, and of the items of one that is opened.

export interface StepState {
  /** A status of `statusLook`. */
  readonly status: string;
  /** Beside the status, in a few words; may be empty. */
  readonly detail: string;
  /** Of a strategy: by status, in the order in which they are told; those of none are left out. */
  readonly counts: readonly ItemCount[] | null;
  /** The run that it started. */
  readonly child: string | null;
}

export interface ItemCount {
  /** A status of `statusLook`. */
  readonly status: string;
  readonly count: number;
}

export interface GraphItem {
  /** From 0. */
  readonly number: number;
  readonly status: string;
  /** The beginning of what it is for. */
  readonly entry: string;
  readonly child: string | null;
}

/** The first items of an opened step, as far as they are known. */
export interface OpenedItems {
  /** Of all. */
  readonly count: number;
  readonly known: readonly GraphItem[];
}

/** Of an opened step; the others are where there is room for all. */
export const shownItemsMax = 6;

/** What an opened step shows, from above to below: whether it is known already or not. */
export function openedParts({ count }: OpenedItems): readonly (number | "more")[] {
  const numbers = Array.from({ length: Math.min(count, shownItemsMax) }, (_, number) => number);
  return count > shownItemsMax ? [...numbers, "more"] : numbers;
}
