// What was done, said for a few seconds at the foot of the page and to screen readers.

import { useSyncExternalStore } from "react";

let said: { readonly text: string; readonly link?: { readonly to: string; readonly text: string } } | null =
  null;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | null = null;

function tell(next: typeof said): void {
  said = next;
  for (const listener of listeners) listener();
}

export function announce(text: string, link?: { readonly to: string; readonly text: string }): void {
  tell({ text, ...(link === undefined ? {} : { link }) });
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => tell(null), 8_000);
}

/** What was said is of one tenant, and is not shown to the next. */
export function hush(): void {
  tell(null);
}

export function Announcements() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex justify-center px-4"
    >
      {shown !== null && (
        <p className="pointer-events-auto m-0 rounded-md border border-line-strong bg-raised px-3 py-2 shadow-lg">
          {shown.text}
          {shown.link !== undefined && (
            <a className="ml-2 text-accent underline" href={shown.link.to}>
              {shown.link.text}
            </a>
          )}
        </p>
      )}
    </div>
  );
}
