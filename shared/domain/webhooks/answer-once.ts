/** Answers of webhook invocations, which a sender may repeat with the same id. */

/** An answer that can be given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

/** @param options `shared`: others may wait for the answer, so the run must outlive its caller */
type RunInvocation = (options: { readonly shared: boolean }) => Promise<KeptAnswer>;

/**
 * Runs an invocation, or gives the answer of an earlier one with the same key.
 * @throws Problem overloaded
 */
export type AnswerOnce = (
  key: string,
  run: RunInvocation,
) => Promise<{ readonly answer: KeptAnswer; readonly repeated: boolean }>;

/** For runtimes where requests share nothing: runs every time. */
export const runAlways: AnswerOnce = async (_, run) => ({
  answer: await run({ shared: false }),
  repeated: false,
});
