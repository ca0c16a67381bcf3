// Errors of the secrets that sign calls.

export const signingProblems = {
  signing_secret_not_found: {
    status: 404,
    title: "No signing secret has this id, or there is none",
    about:
      "`dispatched signing-secret list` shows the ids of those that sign now. One that was rotated away stops by itself after 72 hours. `dispatched signing-secret create` makes the first.",
  },
  signing_secret_exists: {
    status: 409,
    title: "Calls are signed already",
    about:
      "A tenant has one signing secret. `dispatched signing-secret rotate` makes another, and the one there goes on signing beside it for 72 hours, so that services can be told of the new one meanwhile.",
  },
  signing_secret_rotating: {
    status: 409,
    title: "Two signing secrets sign already",
    about:
      "The one before the last rotation still signs. Wait until its 72 hours are over, or revoke it with `dispatched signing-secret revoke ID` if no service needs it any more; then rotate.",
  },
} as const;
