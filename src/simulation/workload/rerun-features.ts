// How a run goes again, by name: its runs bring these to a fault.

export const rerunFeatures = ["rerun_steps", "rerun_items", "rerun_version", "rerun_input"] as const;

export type RerunFeature = (typeof rerunFeatures)[number];

export function featuresOfRerun(asked: {
  readonly from: readonly string[];
  readonly version: number | null;
  readonly body: unknown;
}): readonly RerunFeature[] {
  const { from, version, body } = asked;
  return [
    from.some((name) => name.endsWith("]")) ? "rerun_items" : "rerun_steps",
    ...(version === null ? [] : ["rerun_version" as const]),
    ...(body === null ? [] : ["rerun_input" as const]),
  ];
}
