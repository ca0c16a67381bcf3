// What programs import as `dispatched/client`.

export { placeInJson } from "../value/place-in-json.ts";
export { stringifyJson } from "../value/stringify-json.ts";
export { runStatuses } from "./api/run-statuses.ts";
export type { ClientOptions } from "./asker.ts";
export { Client } from "./client.ts";
export { ClientError } from "./client-error.ts";
export { type Device, generateKeyPair } from "./device.ts";
export type { FollowOptions } from "./follow-stream.ts";
export { type GrantOrder, makeGrant } from "./grants.ts";
export type {
  BulkAction,
  BulkFilter,
  BulkRuns,
  RerunOptions,
  SignalOptions,
} from "./methods/control-methods.ts";
export type { FailureChange, RunChange, StartOptions, WaitChange } from "./methods/run-methods.ts";
export type { PutOptions } from "./methods/workflow-methods.ts";
export { memoryReplayStore, type ReplayStore } from "./replay-store.ts";
export type * from "./resources.ts";
export { backUpKey, nextPrivateKey, rotateKey } from "./rotate-key.ts";
export type { AnswerOf, QueryOf } from "./route-types.ts";
export { Session, type TokenSource } from "./session.ts";
export { type SignedIn, signIn } from "./sign-in.ts";
export { redeemSignInLink, signInAddress, signInCodeOf } from "./sign-in-link.ts";
export { createTenant, generateApiKey, permitAuditExport, replaceApiKey } from "./tenants.ts";
export { type Verified, type VerifyOptions, verifyRequest } from "./verify-request.ts";
export { waitedInWords } from "./waited-in-words.ts";
