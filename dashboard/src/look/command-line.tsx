// A command or text to copy, with the button that copies it.

import { Check, Copy } from "lucide-react";
import { useState } from "react";

interface CommandLineProps {
  readonly text: string;
  readonly label?: string;
}

export function CommandLine({ text, label = "Copy" }: CommandLineProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <div className="my-2 flex items-start gap-2 rounded-md border border-line bg-sunken px-2.5 py-1.5 text-left">
      <pre className="m-0 min-w-0 flex-1 overflow-x-auto whitespace-pre-wrap wrap-anywhere">{text}</pre>
      <button
        type="button"
        onClick={copy}
        aria-label={copied ? "Copied" : label}
        title={label}
        className="rounded p-1 text-soft hover:bg-raised hover:text-ink"
      >
        {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      </button>
    </div>
  );
}
