// The shape of a status in its hue: beside its word, or where the word is said otherwise.

import { hueClass, statusLook } from "./status-look.ts";

export function StatusShape({ status, size = 16 }: { readonly status: string; readonly size?: number }) {
  const { shape: Shape, turning } = statusLook(status);
  return (
    <Shape
      size={size}
      strokeWidth={2.25}
      aria-hidden
      className={`${hueClass(status)} ${turning ? "turning" : ""} shrink-0`}
    />
  );
}
