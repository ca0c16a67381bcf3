// How a run goes again, by name: its runs bring these to a fault.

export const rerunFeatures = ["rerun_steps", "rerun_items", "rerun_version", "rerun_input"] as const;

export type RerunFeature = (typeof rerunFeatures)[number];

export function featuresOfRerun(asked: {
  readonly version: number | null;
  readonly body: unknown;
  /** Some items of a strategy run again, and the others are carried over. */
  readonly inPart: boolean;
}): readonly RerunFeature[] {
  const { version, body, inPart } = asked;
  return [
    inPart ? "rerun_items" : "rerun_steps",
    ...(version === null ? [] : ["rerun_version" as const]),
    ...(body === null ? [] : ["rerun_input" as const]),
  ];
}
