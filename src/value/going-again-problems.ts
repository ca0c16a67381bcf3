// The errors of reruns and of undoing again: a part of the catalogue.

export const goingAgainProblems = {
  step_not_found: {
    status: 422,
    title: "The workflow has no such step",
    about: "A rerun names steps by their ids, in the version that the new run uses.",
  },
  run_not_ended: {
    status: 409,
    title: "The run has not ended",
    about:
      "A run goes again, or undoes again, when it has ended. Cancel it first, or wait. The same is told while another run that goes again from it, or that it went again from, may still undo an outcome that would be kept: `run` names that one. Run the step again, too, or wait.",
  },
  run_is_child: {
    status: 409,
    title: "The run is a child",
    about: "A child is run again as a part of the run that started it: rerun that one.",
  },
  rerun_body_not_allowed: {
    status: 409,
    title: "The input cannot be changed here",
    about:
      "Outcomes that are carried over were made from the old input. Rerun from the first steps to use a new one.",
  },
  rerun_items_not_allowed: {
    status: 409,
    title: "These items cannot run again alone",
    about:
      "Items of a `scatter`, `fan_out` or `batch` run again alone when their list cannot have changed: with the same version, and when nothing before the step runs again or the step was not undone. Run the whole step again instead.",
  },
  nothing_to_compensate: {
    status: 409,
    title: "Nothing is left to undo",
    about: "Undoing is tried again for a run whose compensation was partial.",
  },
} as const;
