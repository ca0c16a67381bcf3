// A labelled choice of one among a few.

import { type SelectHTMLAttributes, useId } from "react";

interface ChoiceFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly title: string }[];
}

export function ChoiceField({ label, options, ...rest }: ChoiceFieldProps) {
  const id = useId();
  return (
    <div className="mb-3">
      <label htmlFor={id} className="mb-1 block font-semibold">
        {label}
      </label>
      <select
        id={id}
        {...rest}
        className="min-h-[var(--row)] w-full rounded-md border border-line-strong bg-paper px-2 py-1.5 text-ink"
      >
        {options.map(({ value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}
