// Where the signing secrets of a tenant stand among its secrets.

/** No secret can have this name. Whatever makes calls names it, so that the engine may sign while nobody is signed in. */
export const signingName = "signing secrets";
