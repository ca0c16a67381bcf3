// Whether a host is this machine.

/** @param host as `URL.hostname` writes it: `localhost`, `127.0.0.1`, `[::1]` */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
