// Where the reader is on the page of a run, as the address has it: step, item, attempt, tabs. Links carry it.

import { useTextSearch } from "../../app/use-text-search.ts";

const kinds = ["poll", "page", "undo"] as const;

export type AttemptKind = (typeof kinds)[number];

export interface Place {
  readonly step: string | null;
  /** From 0. */
  readonly item: number | null;
  /** From 1. */
  readonly attempt: number | null;
  /** What `attempt` counts; null: calls. */
  readonly kind: AttemptKind | null;
}

/** In the address: nothing is selected, though there is a failing step. */
const nothing = "-";

interface PlaceControl extends Place {
  /** The address says so, and not the verdict. */
  readonly chosen: boolean;
  readonly search: Readonly<Record<string, string | undefined>>;
  /** `others`: what else of the address changes with it. */
  go(
    place: Partial<Place> & { readonly tab?: string | undefined },
    others?: Readonly<Record<string, string | undefined>>,
  ): void;
  leave(): void;
  set(change: Readonly<Record<string, string | undefined>>): void;
}

/** @param failing what is selected while the address names no step */
export function usePlace(failing: Place): PlaceControl {
  const [search, set] = useTextSearch();
  const { step } = search;
  const chosen = step !== undefined && step !== "";
  const own: Place = {
    step: step === nothing ? null : (step ?? null),
    item: numberOf(search["item"]),
    attempt: numberOf(search["attempt"]),
    kind: kinds.find((kind) => kind === search["kind"]) ?? null,
  };
  return {
    ...(chosen ? own : failing),
    chosen: chosen && step !== nothing,
    search,
    go: ({ step: to = null, item = null, attempt = null, kind = null, tab }, others = {}) => {
      const at = { item: textOf(item), attempt: textOf(attempt), kind: kind ?? undefined };
      set({ ...others, step: to ?? nothing, ...at, tab }, false);
    },
    leave: () => set({ step: nothing, item: undefined, attempt: undefined, kind: undefined, tab: undefined }),
    set: (change) => set(change),
  };
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

function textOf(number: number | null): string | undefined {
  return number === null ? undefined : String(number);
}
