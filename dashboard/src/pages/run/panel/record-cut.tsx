// Says that more is recorded of a step than is read of it here.

export function RecordCut({ after }: { readonly after: number | null }) {
  if (after === null) return null;
  return (
    <p className="m-0 mb-2 text-sm text-soft">
      Of its events the first {after.toLocaleString("en")} are shown here; those behind them are in the log
      below.
    </p>
  );
}
