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
  rerun_body_needed: {
    status: 422,
    title: "The run never had an input",
    about:
      "The run failed because the `body` of its schedule could not be made, so there is none to go again with. Give one (`--body @body.json`): what the trigger was to bring.",
  },
  rerun_items_not_allowed: {
    status: 409,
    title: "These items cannot run again alone",
    about:
      "Items of a `scatter`, `fan_out` or `batch` run again alone when their list cannot have changed: with the same version, and when nothing before the step runs again or the step was not undone. Run the whole step again instead.",
  },
  rerun_kind_changed: {
    status: 422,
    title: "The outcome of a step does not fit the other version",
    about:
      "The step that would be kept is another kind of thing in the version that goes again: a request became a `workflow`, a `value` or a list of requests, say. Its outcome could be neither read nor undone there. Name the step in `from` (`--from`), so that it runs again, with all that comes after it: what it did before stays done, so undo that by hand where it would be done twice. Changes of another sort keep the outcome: another address, body or condition, another `concurrency`, `scatter` or `fan_out`.",
  },
  nothing_to_compensate: {
    status: 409,
    title: "Nothing is left to undo",
    about: "Undoing is tried again for a run whose compensation was partial.",
  },
  outcome_in_use: {
    status: 409,
    title: "Another run stands on what would be undone",
    about:
      "A run that went again took over an outcome that is left to undo, and goes on or has completed with it: `run` names that one. Nothing is undone. To undo it all the same while that one goes on, cancel it: it undoes what it took over.",
  },
} as const;
