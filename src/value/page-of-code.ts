// The name of the page in `docs/errors` that tells of a code.

/** Each status of a service has a code of its own (`http_503`), and all of them one page. */
export function pageOfCode(code: string): string {
  return /^http_\d{3}$/.test(code) ? "http_status" : code;
}
