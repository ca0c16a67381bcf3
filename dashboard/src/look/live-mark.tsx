// Whether what is shown is what is: the stream of its page is open.

export function LiveMark({ live }: { readonly live: boolean }) {
  return (
    <span className="ml-auto text-sm text-soft" aria-live="polite">
      {live ? "Live" : "Not live: connecting again…"}
    </span>
  );
}
