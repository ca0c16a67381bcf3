// Whose a host is, roughly: the part of its name that one owner has, and that one owner's name servers answer for.

/** Under these one label more is the owner's: what registries sell beside countries, platforms, namespaces of a cluster. */
const shared: ReadonlySet<string> = new Set([
  ...["co.com", "de.com", "eu.com", "jpn.com", "uk.com", "us.com", "za.com", "eu.org", "uk.net"],
  ...["amazonaws.com", "cloudfront.net", "azurewebsites.net", "windows.net", "azure.com", "appspot.com"],
  ...["run.app", "cloudfunctions.net", "herokuapp.com", "vercel.app", "netlify.app", "workers.dev"],
  ...["pages.dev", "github.io", "gitlab.io", "onrender.com", "fly.dev", "ngrok.io", "ngrok.app", "ngrok.dev"],
  "svc.cluster.local",
]);

/** What registries of countries sell names under: `co.uk`, `com.au`, `or.jp`. */
const ofCountry =
  /^(?:ac|co|com|ed|edu|firm|gen|go|gob|gov|govt|gv|id|in|ind|info|lg|ltd|me|mil|ne|net|nhs|nom|or|org|plc|sch|web)\.[a-z]{2}$/;

/** The last two labels; three or more where others have names beside this one. */
export function domainOf(host: string): string {
  const labels = host.split(".");
  const last = (count: number) => labels.slice(-count).join(".");
  if (shared.has(last(3))) return last(4);
  return shared.has(last(2)) || ofCountry.test(last(2)) ? last(3) : last(2);
}
