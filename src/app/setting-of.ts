// A variable of the environment that configures something: an empty one is none, as compose files pass what is not set.

/** All of them, as docs/reference/configuration.md has them. */
export const settingNames = [
  "DISPATCHED_HOME",
  "DISPATCHED_DATA",
  "DISPATCHED_PORT",
  "DISPATCHED_PUBLIC_URL",
  "DISPATCHED_REGISTRATION",
  "DISPATCHED_INVITE",
  "DISPATCHED_HOSTS",
  "DISPATCHED_SESSION",
  "DISPATCHED_EPOCH_RETENTION",
  "DISPATCHED_RATE_LIMIT",
  "DISPATCHED_ALLOWED_RANGES",
  "DISPATCHED_TRUSTED_PROXIES",
  "DISPATCHED_HTTP2",
  "DISPATCHED_TENANT",
  "DISPATCHED_URL",
  "DISPATCHED_TOKEN",
  "DISPATCHED_API_KEY",
  "DISPATCHED_PRIVATE_KEY",
  "DISPATCHED_SERVER_KEY",
  "DISPATCHED_ORIGIN",
] as const;

export type SettingName = (typeof settingNames)[number];

export function settingOf(env: NodeJS.ProcessEnv, name: SettingName): string | undefined {
  const text = env[name];
  return text === "" ? undefined : text;
}
