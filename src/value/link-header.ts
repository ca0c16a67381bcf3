// Reads the header `Link` (RFC 8288, section 3 and appendix B).

// A value is never empty here, so that space after `=` belongs to one part only: read in two ways, it doubles the time.
const link =
  /\s*<([^>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=(?:\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]+))?)?)*)\s*(?:;\s*)?(?:,|$)/y;
const parameter = /;\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

/**
 * The target of the first link whose relations have `rel` among them, compared without regard to case; null without one.
 * Links of another context (`anchor`) are passed over. What cannot be read ends the reading.
 */
export function linkOf(header: string, rel: string): string | null {
  link.lastIndex = 0;
  for (let found = link.exec(header); found !== null; found = link.exec(header)) {
    const [, target = "", parameters = ""] = found;
    const told = parametersOf(parameters);
    const relations = (told.get("rel") ?? "").toLowerCase().split(/\s+/);
    if (!told.has("anchor") && relations.includes(rel.toLowerCase())) return target;
    if (link.lastIndex >= header.length) return null;
  }
  return null;
}

/** Of a parameter that stands twice the first counts. */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  for (const [, name = "", quoted, plain] of text.matchAll(parameter)) {
    const key = name.toLowerCase();
    if (!told.has(key)) told.set(key, quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return told;
}
