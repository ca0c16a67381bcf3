// A dialog over the page: the browser's own, which keeps the focus inside and closes by Escape.

import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Null: it cannot be closed by the reader. */
  readonly onClose: (() => void) | null;
  readonly wide?: boolean;
}

export function Dialog({ title, children, onClose, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  // A browser closes it though that was prevented, at a second Escape without another deed between.
  const closed = () => {
    const dialog = ref.current;
    // Closed by what is done above, and gone or open again.
    if (dialog === null || dialog.open) return;
    if (onClose === null) dialog.showModal();
    else onClose();
  };
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onKeyDown={(event) => {
        // Else it might close a dialog below.
        if (event.key === "Escape" && onClose === null) event.preventDefault();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClose={closed}
      className={`m-auto w-[calc(100vw-24px)] ${wide ? "max-w-4xl" : "max-w-lg"} rounded-lg border border-line bg-raised p-0 text-ink shadow-xl backdrop:bg-[#0008]`}
    >
      <div className="flex items-center justify-between border-b border-line px-4 py-2">
        <h2 id={heading} className="m-0 text-lg font-semibold">
          {title}
        </h2>
        {onClose !== null && (
          <button
            type="button"
            aria-label="Close"
            className="rounded p-1.5 text-soft hover:bg-sunken"
            onClick={onClose}
          >
            <X size={18} aria-hidden />
          </button>
        )}
      </div>
      <div className="max-h-[75dvh] overflow-auto p-4">{children}</div>
    </dialog>
  );
}
