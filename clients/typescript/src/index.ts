export { Client, batchEnded, type ClientOptions, type CallOptions } from "./client.js";
export { newKey } from "./call.js";
export { BallastError, ConnectionError, NotBallastError } from "./error.js";
export { type RetryOptions } from "./retry.js";
export { type Stage } from "./stage.js";
export { serverEvents, type ServerEvent } from "./sse.js";
export type * from "./types.js";
export type { components, operations, paths } from "./contract.gen.js";
