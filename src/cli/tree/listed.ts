// An option that can be given again: all its values.

export function listed(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
