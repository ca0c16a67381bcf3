// Whether a list of hosts, as of a secret or a grant, allows an address: by the words of the documentation.

/** Null for anywhere. */
export type Hosts = readonly string[] | null;

export function allowsHost(hosts: Hosts, url: string): boolean {
  const { hostname, port, protocol } = new URL(url);
  const at = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  if (hosts === null) return true;
  return hosts.some((entry) => {
    const [name = "", only = at] = entry.toLowerCase().split(":");
    return only === at && (name.startsWith("*.") ? hostname.endsWith(name.slice(1)) : hostname === name);
  });
}
