// What happens when nobody reads the output any more, as behind `| head -1`.

/** They go on: their output is not what they are for. */
const outliving: ReadonlySet<string | undefined> = new Set(["dev", "serve", "agent"]);
/** As a shell tells an end by SIGPIPE. */
const code = 141;

/** Ends quietly. */
export function quietWithoutReader(args: readonly string[]): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (!outliving.has(args[0])) process.exit(code);
  });
  process.stderr.on("error", () => {});
}
