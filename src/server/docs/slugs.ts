// Places of headings on one page, named as GitHub names them, so that links hold there and here.

/** A function that is asked for one heading after the other; a name that comes again gets a number. */
export function slugs(): (heading: string) => string {
  const given = new Map<string, number>();
  return (heading) => {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-");
    const before = given.get(name) ?? 0;
    given.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  };
}
