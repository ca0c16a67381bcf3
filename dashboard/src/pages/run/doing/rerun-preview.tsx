// What going again would do: outcomes that are reused, calls that are made again and by which idempotency key.

import type { RerunPreviewResource } from "dispatched/client";

export function RerunPreview({ preview }: { readonly preview: RerunPreviewResource }) {
  const { kept, again, version } = preview;
  return (
    <section aria-label="What would happen" className="rounded-md border border-line">
      <p className="m-0 border-b border-line px-3 py-1.5">
        <strong>{kept.length}</strong> {kept.length === 1 ? "outcome is" : "outcomes are"} reused
        {kept.length > 0 && <span className="text-soft"> · {kept.join(", ")}</span>}
      </p>
      <div className="max-h-60 overflow-auto">
        <table className="w-full border-collapse text-left">
          <caption className="px-3 py-1.5 text-left">
            <strong>{again.length}</strong> {again.length === 1 ? "step runs" : "steps run"} again, by version{" "}
            {version}
          </caption>
          <thead className="text-sm text-soft">
            <tr>
              {["Step", "Call", "Idempotency key", ""].map((title) => (
                <th key={title} scope="col" className="px-3 py-1 font-normal">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {again.map(({ step, method, host, began, key, undone, items }) => (
              <tr key={step} className="border-t border-line">
                <th scope="row" className="px-3 py-1 font-semibold">
                  {step}
                </th>
                <td className="px-3 py-1">
                  {method === null ? (
                    <span className="text-soft">{noCall(began, items)}</span>
                  ) : (
                    <code className="break-all">
                      {method} {host}
                    </code>
                  )}
                </td>
                <td className="px-3 py-1">
                  {key === "old" ? "the old one: a repeat is no second effect" : "a new one"}
                </td>
                <td className="px-3 py-1 text-soft">
                  {undone && `was undone, runs anew${items === null ? "" : "; "}`}
                  {items !== null && <Items items={items} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

type ItemsAgain = NonNullable<RerunPreviewResource["again"][number]["items"]>;

function noCall(began: boolean, items: ItemsAgain | null): string {
  if (items !== null) return "of each item";
  return began ? "none in that run" : "not called before";
}

const rangesShown = 12;

/** Which items run again, as `step[3]` numbers them. */
function Items({ items: { count, again, ranges } }: { readonly items: ItemsAgain }) {
  const said = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`));
  const words = `${again.toLocaleString("en")} of ${count.toLocaleString("en")} items`;
  if (said.length === 0) return <>{words}</>;
  const kept = again === count ? "" : "; the others keep their outcomes";
  if (said.length <= rangesShown) return <>{`${words}: ${said.join(", ")}${kept}`}</>;
  return (
    <details>
      <summary className="min-h-6">
        {words}: {said.slice(0, rangesShown).join(", ")} …
      </summary>
      {said.slice(rangesShown).join(", ")}
      {kept}
    </details>
  );
}
