// The text as the next version: only the digits of its version change.

import { placeOfVersion } from "./step-places.ts";
import type { DocumentFormat } from "./text-keys.ts";

export interface VersionChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/**
 * What to change so that the text says a version above `highest`; null where it does so already, or says none.
 * Offsets count each end of a line as one.
 */
export function nextVersion(text: string, format: DocumentFormat, highest: number): VersionChange | null {
  const place = placeOfVersion(text, format);
  if (place === null || Number(text.slice(place.from, place.to)) > highest) return null;
  return { ...place, insert: String(highest + 1) };
}
