// What a reader chose of how things look: theme and zone. The only things kept beyond the tab; they say nothing of any data.

import { useSyncExternalStore } from "react";

export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  readonly zone: "local" | "utc";
}

const key = "dispatched.preferences";
const listeners = new Set<() => void>();
let current: Preferences = read();

function read(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Preferences>;
    return {
      theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : "system",
      zone: kept.zone === "utc" ? "utc" : "local",
    };
  } catch {
    return { theme: "system", zone: "local" };
  }
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(key, JSON.stringify(current));
  showTheme();
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

const systemDark = matchMedia("(prefers-color-scheme: dark)");

/** Sets the theme on the document, now and when the system's changes. */
export function showTheme(): void {
  const dark = current.theme === "dark" || (current.theme === "system" && systemDark.matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
}

systemDark.addEventListener("change", showTheme);
