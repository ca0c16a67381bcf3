// Takes `.` and `..` out of a path (RFC 3986, section 5.2.4).

export function withoutDotSegments(path: string): string {
  if (!path.includes("/.") && !path.startsWith(".")) return path;
  const kept: string[] = [];
  const segments = path.split("/");
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === "..") {
      if (kept.length > 1) kept.pop();
      if (last) kept.push("");
    } else if (segment !== "." || last) {
      kept.push(segment === "." ? "" : segment);
    }
  });
  return kept.join("/");
}
