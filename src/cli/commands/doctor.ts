// `dispatched doctor`: what is configured here, and what is wrong with it.

import { type Configuration, readConfiguration } from "../../app/configuration.ts";
import { type Examination, type ExaminedFolder, examine } from "../../app/examine.ts";
import { isDestroyed, laggards } from "../../engine/epochs.ts";
import type { SeenEpochs } from "../../store/sqlite/look-at-epochs.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import { formatTime } from "../format-time.ts";
import { settingsInForce } from "../settings-in-force.ts";
import type { Terminal } from "../terminal.ts";

const wrapWords: Readonly<Record<string, string>> = {
  run: "runs",
  definition: "definitions",
  secret: "secrets",
  incoming: "events",
  grant: "grants",
};

/** The command of this version. */
export function doctorOf(version: string) {
  return async (terminal: Terminal, options: { readonly data?: string }): Promise<number> => {
    const examination = examine(readConfiguration(process.env, options), Date.now());
    if (terminal.json) terminal.value(stringifyJson(toJson(version, examination)));
    else show(terminal, version, examination);
    const isFit = examination.findings.every(({ level }) => level === "warning");
    return isFit ? exitCode.completed : exitCode.failed;
  };
}

function show(terminal: Terminal, version: string, examination: Examination): void {
  const { versions, configuration, home, data, keys, keyFile, apart, epochs, findings } = examination;
  const line = (name: string, text: string) => terminal.line(`${name.padEnd(10)}${text}`);
  line(
    "version",
    `dispatched ${version}, node ${versions.node}, sqlite ${versions.sqlite}, ${versions.platform}`,
  );
  showSettings(line, configuration);
  for (const [name, folder] of Object.entries({ home, data, keys })) line(name, folderText(folder));
  const key = keyFile.mode === null ? "not there yet" : `mode ${octal(keyFile.mode)}`;
  const epoch = keyFile.epoch === null ? "" : `, oldest epoch ${keyFile.epoch}`;
  const fits = keyFile.fitsData === null ? "" : keyFile.fitsData ? ", fits the data" : ", of other data";
  line("key file", `${keyFile.path}  ${key}${epoch}${fits}`);
  line("apart", apart ? "keys and data lie apart" : "keys and data lie in each other");
  if (epochs !== null) showEpochs(line, epochs);
  const { paint } = terminal;
  for (const { level, message, hint } of findings) {
    terminal.line(`${level === "problem" ? paint.red(level) : paint.yellow(level)}  ${message}`);
    if (hint !== null) terminal.line(`  ${paint.dim("next")}  ${hint}`);
  }
  if (findings.length === 0) terminal.line("nothing is wrong here");
}

type Line = (name: string, text: string) => void;

function showSettings(line: Line, configuration: Configuration): void {
  const settings = settingsInForce(configuration);
  line("port", String(settings.port));
  line("public", settings.public_url ?? "where it listens");
  line("register", settings.registration);
  line("session", `lasts ${settings.session}`);
  line("epochs", `each current for ${settings.epoch_retention}`);
  line("limit", settings.rate_limit === "off" ? "off" : `${settings.rate_limit} of a tenant`);
  line("ranges", settings.allowed_ranges.join(", ") || "only public addresses");
  line("http2", settings.http2 ? "on" : "off");
  for (const { host, ...bounds } of settings.hosts) {
    const said = Object.entries(bounds).filter(([, bound]) => bound !== null);
    line("host", [host, ...said.map(([name, bound]) => `${name}=${bound}`)].join(" "));
  }
}

function showEpochs(line: Line, epochs: SeenEpochs): void {
  for (const { epoch, state, begunAt } of living(epochs)) {
    line("epoch", `${epoch}, ${state}, begun ${formatTime(new Date(begunAt).toISOString())}`);
  }
  const kept = epochs.wraps.map(({ table, count }) => `${wrapWords[table] ?? table} ${count}`);
  line("wrapped", `${kept.join(", ")}; sessions ${epochs.sessions}`);
  const late = new Set(laggards(epochs));
  for (const row of epochs.nodes) {
    line(
      "node",
      `${row.node}, oldest epoch ${row.reportedEpoch}${late.has(row) ? ", has keys that were retired" : ""}`,
    );
  }
}

const living = ({ epochs }: SeenEpochs) =>
  epochs.filter(({ state }) => state !== "retired").sort((a, b) => a.epoch - b.epoch);

function folderText({ path, mode, fileSystem }: ExaminedFolder): string {
  return `${path}  ${mode === null ? "not there yet" : `mode ${octal(mode)}`}, ${fileSystem.name}`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function toJson(version: string, examination: Examination) {
  const { versions, configuration, home, data, keys, apart, keyFile, epochs, findings } = examination;
  return {
    versions: { dispatched: version, ...versions },
    configuration: settingsInForce(configuration),
    folders: { home: folderJson(home), data: folderJson(data), keys: folderJson(keys) },
    keys_apart_from_data: apart,
    key_file: {
      path: keyFile.path,
      mode: keyFile.mode === null ? null : octal(keyFile.mode),
      oldest_epoch: keyFile.epoch,
      fits_data: keyFile.fitsData,
    },
    epochs: epochs === null ? null : epochsJson(epochs),
    findings: findings.map(({ level, message, hint }) => ({ level, message, hint })),
  };
}

function epochsJson(epochs: SeenEpochs) {
  const late = new Set(laggards(epochs));
  return {
    living: living(epochs).map(({ epoch, state, begunAt }) => {
      return { epoch, state, begun_at: new Date(begunAt).toISOString() };
    }),
    destroyed: epochs.epochs.filter(({ epoch }) => isDestroyed(epochs, epoch)).map(({ epoch }) => epoch),
    nodes: epochs.nodes.map((row) => {
      return { node: row.node, oldest_epoch: row.reportedEpoch, has_retired_keys: late.has(row) };
    }),
    wrapped: Object.fromEntries(epochs.wraps.map(({ table, count }) => [wrapWords[table] ?? table, count])),
    sessions: epochs.sessions,
  };
}

function folderJson({ path, mode, fileSystem }: ExaminedFolder) {
  return {
    path,
    mode: mode === null ? null : octal(mode),
    file_system: { name: fileSystem.name, kind: fileSystem.kind },
  };
}
