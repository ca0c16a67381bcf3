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
            {again.map(({ step, method, host, key, undone, items }) => (
              <tr key={step} className="border-t border-line">
                <th scope="row" className="px-3 py-1 font-semibold">
                  {step}
                </th>
                <td className="px-3 py-1">
                  {method === null ? (
                    <span className="text-soft">not called before</span>
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
                  {undone && "was undone, runs anew"}
                  {items === "some" && "only items that did not succeed"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
