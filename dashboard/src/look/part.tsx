// A component that is loaded when it is shown first, or is about to be, and asked for again after it did not come.

import { type ComponentType, createElement, type JSX, use } from "react";
import { loadPart, PartMissing } from "./load-part.ts";

interface Part<Props> {
  (props: Props): JSX.Element;
  /** Never fails: what did not come is told where it is shown. */
  preload(): Promise<void>;
}

const again = new WeakMap<Error, () => void>();

/** What did not come, and was thrown for it, is asked for when it is shown next. */
export function askAgain(error: unknown): void {
  if (error instanceof Error) again.get(error)?.();
}

export function part<Props extends object>(load: () => Promise<ComponentType<Props>>): Part<Props> {
  let shown: ComponentType<Props> | null = null;
  let loading: Promise<void> | null = null;
  let failed: Error | null = null;
  const forget = () => {
    failed = null;
    loading = null;
  };
  const begin = () =>
    loadPart(load).then(
      (found) => {
        shown = found;
      },
      (error: Error) => {
        failed = error;
        again.set(error, forget);
      },
    );
  const Shown = (props: Props) => {
    if (failed instanceof PartMissing) loadPageAnew(failed);
    if (failed !== null) throw failed;
    if (shown === null) {
      loading ??= begin();
      use(loading);
    }
    // It failed while it was waited for, or is there.
    if (shown === null) throw failed;
    return createElement(shown, props);
  };
  const preload = async () => {
    if (failed !== null) forget();
    loading ??= begin();
    await loading;
  };
  return Object.assign(Shown, { preload });
}

/** Once for a part: what is missing then stays missing. */
function loadPageAnew({ cause }: PartMissing): void {
  const tried = `loaded-anew:${String(cause)}`;
  if (sessionStorage.getItem(tried) !== null) return;
  sessionStorage.setItem(tried, "1");
  location.reload();
}
