// How a run goes again, by name: its runs bring these to a fault.

export const rerunFeatures = ["rerun_steps", "rerun_items", "rerun_version", "rerun_input"] as const;

export type RerunFeature = (typeof rerunFeatures)[number];

export function featuresOfRerun(asked: {
  /** Another than that of the run before. */
  readonly version: boolean;
  readonly input: boolean;
  /** Some items of a strategy run again, and the others are carried over. */
  readonly inPart: boolean;
}): readonly RerunFeature[] {
  const { version, input, inPart } = asked;
  return [
    inPart ? "rerun_items" : "rerun_steps",
    ...(version ? ["rerun_version" as const] : []),
    ...(input ? ["rerun_input" as const] : []),
  ];
}
