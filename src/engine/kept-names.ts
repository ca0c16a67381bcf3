// Where what the engine needs of a tenant for any call stands among its secrets.

/** The signing secrets. */
export const signingName = "signing secrets";
/** The rules for hosts. */
export const hostRulesName = "host rules";

/** No secret can have these names. Whatever makes calls names them, so that the engine may read them while nobody is signed in. */
export const keptNames: readonly string[] = [signingName, hostRulesName];
