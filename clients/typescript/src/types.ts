import type { components, operations } from "./contract.gen.js";

/** Every schema of the contract by its name. */
export type Schemas = components["schemas"];

export type RecommendationRequest = Schemas["RecommendationRequest"];
export type Portfolio = Schemas["Portfolio"];
export type Recommendations = Schemas["Recommendations"];
export type Recommendation = Schemas["Recommendation"];
export type DegradedReason = Schemas["DegradedReason"];
export type Analysis = Schemas["Analysis"];
export type Fact = Schemas["Fact"];
export type Progress = Schemas["Progress"];
export type Estimate = Schemas["Estimate"];
export type Import = Schemas["Import"];
export type ImportFormat = operations["ImportPortfolio"]["parameters"]["path"]["format"];
export type Language = Schemas["Language"];
export type UsageReport = Schemas["UsageReport"];
export type Model = Schemas["Model"];
export type History = Schemas["History"];
export type Feedback = Schemas["Feedback"];
export type FeedbackReceipt = Schemas["FeedbackReceipt"];
export type FeedbackPage = Schemas["FeedbackPage"];
export type GivenFeedback = Schemas["GivenFeedback"];
export type Question = Schemas["Question"];
export type Reply = Schemas["Reply"];
export type Status = Schemas["Status"];
export type RecordPage = Schemas["RecordPage"];
export type JournalRecord = Schemas["JournalRecord"];
export type Verification = Schemas["Verification"];
export type Batch = Schemas["Batch"];
export type BatchLine = Schemas["BatchLine"];
export type BatchResult = Schemas["BatchResult"];
export type AdminUsage = Schemas["AdminUsage"];
export type Problem = Schemas["Problem"];
export type Fault = Schemas["Fault"];

/** The query of an operation of the contract. */
export type Query<Op extends keyof operations> = NonNullable<operations[Op]["parameters"]["query"]>;

/** The JSON body that an operation of the contract answers with when it succeeds. */
export type Answer<Op extends keyof operations> = operations[Op] extends {
  responses: { 200: { content: { "application/json": infer T } } };
}
  ? T
  : operations[Op] extends { responses: { 201: { content: { "application/json": infer T } } } }
    ? T
    : operations[Op] extends { responses: { 202: { content: { "application/json": infer T } } } }
      ? T
      : never;
