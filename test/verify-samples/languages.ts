// Languages whose samples are taken from the guide: how one is found or installed, and run over requests of a line each.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Language {
  readonly name: "go" | "php";
  /** Of Debian. */
  readonly package: string;
  /** Writes the sample with what feeds it; gives the command that reads requests and prints `true` or `false` a line. */
  prepare(folder: string, sample: string): readonly string[];
}

const goMain = `package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sample/dispatched"
	"time"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var one struct {
			Method, Url string
			Headers     map[string]string
			Body        []byte
			Secrets     map[string]string
			Now         int64
		}
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			panic(err)
		}
		header := http.Header{}
		for name, value := range one.Headers {
			header.Set(name, value)
		}
		fmt.Println(dispatched.Verify(one.Method, one.Url, header, one.Body, one.Secrets, time.Unix(one.Now, 0)))
	}
}
`;

const phpMain = `<?php
require __DIR__ . '/verify.php';
$seen = [];
$isNew = function (string $mac, int $until) use (&$seen): bool {
    $known = isset($seen[$mac]);
    $seen[$mac] = $until;
    return !$known;
};
while (($line = fgets(STDIN)) !== false) {
    $one = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $body = base64_decode($one['body']);
    $ok = verify($one['method'], $one['url'], $one['headers'], $body, $one['secrets'], $isNew, $one['now']);
    echo $ok ? 'true' : 'false', "\\n";
}
`;

export const languages: readonly Language[] = [
  {
    name: "go",
    package: "golang-go",
    prepare(folder, sample) {
      writeFileSync(join(folder, "go.mod"), "module sample\n\ngo 1.19\n");
      writeFileSync(join(folder, "main.go"), goMain);
      mkdirSync(join(folder, "dispatched"));
      writeFileSync(join(folder, "dispatched/verify.go"), sample);
      const { status, stderr } = spawnSync("go", ["build", "-o", "sample", "."], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, GOFLAGS: "-mod=mod", GOPROXY: "off", GOCACHE: join(folder, "cache") },
      });
      if (status !== 0) throw new Error(`the sample does not compile\n${stderr}`);
      const { stdout } = spawnSync("gofmt", ["-l", "dispatched"], { cwd: folder, encoding: "utf8" });
      if (stdout !== "") throw new Error("gofmt would write the sample otherwise");
      return [join(folder, "sample")];
    },
  },
  {
    name: "php",
    package: "php-cli",
    prepare(folder, sample) {
      writeFileSync(join(folder, "verify.php"), sample);
      writeFileSync(join(folder, "main.php"), phpMain);
      return ["php", "-d", "error_reporting=-1", "-d", "display_errors=stderr", join(folder, "main.php")];
    },
  },
];

/** Null when it is there, by now; else why it is not. */
export function whyMissing({ name, package: packageName }: Language): string | null {
  const isThere = () => spawnSync(name, [name === "go" ? "version" : "--version"]).status === 0;
  if (isThere()) return null;
  const install = ["install", "-y", "--no-install-recommends", packageName];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const done = spawnSync("apt-get", install, { env, encoding: "utf8" });
  if (isThere()) return null;
  const last = `${done.stdout ?? ""}${done.stderr ?? ""}`.trim().split("\n").at(-1) ?? "";
  return `there is no ${name}, and \`apt-get ${install.join(" ")}\` did not bring it: ${done.error?.message ?? last}`;
}
