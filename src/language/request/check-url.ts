// What every address must be before it is called.

import { EvaluationError } from "../evaluate/evaluation-error.ts";

const lengthMax = 64 * 1024;
const whole = /^https?:\/\/([^/?#]*)(?:[/?][^#]*)?$/i;
const authority = /^(?:\[[0-9A-Fa-f:.]+\]|[^[\]:@]+)(?::\d{1,5})?$/;
/** What parsers of URLs drop or take for something else (WHATWG URL, section 4.4). */
const misread = /[\s\\\p{Cc}]/u;

/**
 * Throws EvaluationError `invalid_url` unless `url` is absolute, http or https, with a host and without credentials and
 * fragment.
 */
export function checkUrl(url: string): void {
  if (url.length > lengthMax) throw invalid(`has more than ${lengthMax} characters`);
  if (misread.test(url)) throw invalid("has white space, a backslash or a control character");
  const host = whole.exec(url)?.[1];
  if (host === undefined)
    throw invalid(url.includes("#") ? "has a fragment" : "does not begin with `http://` or `https://`");
  if (host.includes("@")) throw invalid("has credentials");
  if (!authority.test(host)) throw invalid("has no valid host");
}

function invalid(what: string): EvaluationError {
  return new EvaluationError("invalid_url", `the URL ${what}`);
}
