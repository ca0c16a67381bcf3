// The keys that work on every page: palette, help, and `g` with a page's letter.

import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { places } from "./places.ts";

const secondKeyMaxMs = 1_200;

/** Whether what is pressed is meant for a field of the page. */
export function isTyping(event: KeyboardEvent): boolean {
  // Of what stands in a shadow root, the event itself tells only the host.
  const first = event.composedPath()[0];
  const target = first instanceof HTMLElement ? first : null;
  return target?.closest("input, textarea, select, [contenteditable='true'], .cm-editor") != null;
}

export function useShellKeys() {
  const [open, setOpen] = useState<"palette" | "keys" | null>(null);
  const navigate = useNavigate();
  const goneAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen("palette");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      if (event.timeStamp - goneAt.current < secondKeyMaxMs) {
        const place = places.find(({ key }) => key === event.key);
        goneAt.current = Number.NEGATIVE_INFINITY;
        if (place !== undefined) void navigate({ to: place.to });
      } else if (event.key === "g") goneAt.current = event.timeStamp;
      else if (event.key === "?") setOpen("keys");
      else if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("[data-search]");
        if (search !== null) event.preventDefault();
        search?.focus();
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate]);
  return { open, setOpen };
}
