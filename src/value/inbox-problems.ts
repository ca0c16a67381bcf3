// The errors of hooks, of the inbox and of grants: a part of the catalogue.

export const inboxProblems = {
  signature_invalid: {
    status: 401,
    title: "The signature is missing or does not fit",
    about:
      "The workflow's http trigger has `verify`, so that what comes by its hooks must be signed. Compare the secret and the fields of `verify` with what the sender says of its signatures. Where the secret is not there, or none that such a sender gives, `reason` of the delivery says so. In the inbox: the item was judged at the next sign-in, and nothing was started.",
  },
  hook_unknown: {
    status: 404,
    title: "No hook has this address",
    about:
      "The token in the address is mistyped, or the hook was revoked. `dispatched hook create WORKFLOW` makes a new one.",
  },
  hook_not_found: {
    status: 404,
    title: "No hook has this id",
    about:
      "There is no such hook, or it was revoked; 30 days after that it is forgotten. `dispatched hook list` shows them.",
  },
  delivery_not_found: {
    status: 404,
    title: "No delivery has this id",
    about:
      "The id is mistyped, or the delivery is kept no more: one that was taken is kept 7 days, one that was refused 24 hours, and only the newest of each hook. `dispatched hook deliveries HOOK` shows what is there.",
  },
  delivery_taken: {
    status: 409,
    title: "The delivery was taken before",
    about:
      "It started a run, or waits in the inbox, so that sending it again would start another run. If that is what you want, say so: `?again=true`, or `dispatched replay DELIVERY --again`.",
  },
  delivery_cut: {
    status: 409,
    title: "Of the delivery not everything is kept",
    about:
      "Of the body of a request that was refused 64 KiB are kept, and none of one that was larger than a body may be. It cannot be sent again from here: let its sender send it again.",
  },
  challenge_only: {
    status: 409,
    title: "It is a sender's challenge, and starts nothing",
    about:
      "Slack asks whether the address is yours with a request of type `url_verification`. It is answered at the door while somebody of the tenant is signed in, or under a grant with `--verify`. One that came while nobody was starts no run at the sign-in, and none is sent once more from here: let Slack check the address again.",
  },
  item_not_found: {
    status: 404,
    title: "Nothing in the inbox has this id",
    about:
      "The id is mistyped, or the item was settled more than 30 days ago. `dispatched inbox list` shows what is there.",
  },
  grant_not_found: {
    status: 404,
    title: "No grant has this id",
    about: "There is no such grant, or it has ended. `dispatched grant list` shows them.",
  },
  invalid_hook: {
    status: 422,
    title: "The hook is not valid",
    about: "The quota of a hook, the number of its items that may wait, is 1 to 100,000.",
  },
  invalid_grant: {
    status: 422,
    title: "The grant is not valid",
    about:
      "A grant names a workflow that is not `attended`, at least one way of starting it (`key`, `hook`, `cron`, `event`), the hosts that its runs may call, and an end of at most 90 days from now. The message says what is wrong.",
  },
  too_many_hooks: {
    status: 409,
    title: "The tenant has as many hooks as it may",
    about:
      "A tenant has at most 1,000 hooks that are not revoked. Revoke those that nobody sends to any more (`dispatched hook list`, `dispatched hook revoke HOOK`); one hook takes any number of senders.",
  },
  inbox_bytes_full: {
    status: 429,
    title: "The inbox has no room for so many bytes",
    about:
      "Nobody of the tenant is signed in, and what waits in the inbox may not become larger: 256 MiB of one hook, 1 GiB of a tenant in all, counted as it is sealed. Due times of schedules are never refused. Sign in, and what waits is started and makes room; then send it again.",
  },
  inbox_full: {
    status: 429,
    title: "The inbox has no room",
    about:
      "Nobody of the tenant is signed in, and as many items of this hook wait as may: 10,000, unless the hook was made with another quota (100,000 at most). Of what comes without a hook 100,000 may wait, of answers to one callback 16, or 4 MiB. Sign in, and they are started; then send it again.",
  },
} as const;
