// Command eval measures what the checks on a model's words let through and
// what they throw away. It lets a lying model and an honest one answer the
// examples in every language, through the real service, and has every answer
// that a caller would get judged by an oracle that shares no code and no word
// list with the checks.
//
// It prints the figures and, with -write, keeps them in docs/evaluation.md. It
// exits 1 when a goal is missed. The same seed gives the same answers. Why a single
// sentence is refused, eval/explain tells.
package main
