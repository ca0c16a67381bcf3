// How many files and connections this process may have open at once.

/** Where the system tells none. */
const otherwise = 8_192;

export function openFilesMax(): number {
  // Else it looks up the name of every peer.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | string } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" && soft > 0 ? soft : otherwise;
}
