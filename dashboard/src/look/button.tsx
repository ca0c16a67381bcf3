// Buttons. One that cannot be pressed now says why, and stays where the keyboard finds it.

import type { ButtonHTMLAttributes, ReactNode } from "react";

type Kind = "plain" | "main" | "danger" | "quiet";

const kinds: Readonly<Record<Kind, string>> = {
  plain: "border border-line-strong bg-raised text-ink hover:bg-sunken",
  main: "border border-accent bg-accent text-on-accent hover:brightness-110",
  danger: "border border-failed text-failed bg-raised hover:bg-failed-soft",
  quiet: "border border-transparent text-soft hover:bg-sunken hover:text-ink",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: Kind;
  /** Why it cannot be pressed now; it is off while there is a reason. */
  readonly offBecause?: string | null;
  readonly children: ReactNode;
}

export function buttonClass(kind: Kind = "plain"): string {
  return `inline-flex min-h-[var(--row)] items-center justify-center gap-1.5 rounded-md px-3 text-base no-underline wrap-normal select-none aria-disabled:opacity-55 ${kinds[kind]}`;
}

export function Button({ kind = "plain", offBecause = null, onClick, className = "", ...rest }: ButtonProps) {
  const off = offBecause !== null;
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(kind)} ${className}`}
      aria-disabled={off || undefined}
      title={offBecause ?? rest.title}
      onClick={off ? (event) => event.preventDefault() : onClick}
    />
  );
}
