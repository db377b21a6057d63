/** What is counted of the runs of crictl. */

export const CRICTL_RUN_KINDS = [
  'images',
  'containers',
  'version',
  'image_filesystems',
  'sandbox_image',
] as const;
export type CrictlRunKind = (typeof CRICTL_RUN_KINDS)[number];

/** `cancelled`: no caller waited any more. The others are codes of problems; `internal` stands for any other. */
export const CRICTL_RUN_OUTCOMES = [
  'ok',
  'cancelled',
  'crictl_not_found',
  'crictl_permission_denied',
  'runtime_unreachable',
  'crictl_timeout',
  'crictl_bad_output',
  'internal',
] as const;
export type CrictlRunOutcome = (typeof CRICTL_RUN_OUTCOMES)[number];

interface CrictlRun {
  readonly kind: CrictlRunKind;
  readonly outcome: CrictlRunOutcome;
  readonly ms: number;
}

export interface CrictlMetrics {
  /** A run has ended, and its output has been read. */
  ran(run: CrictlRun): void;
  /** A caller was answered from a run that another caller started. */
  shared(kind: 'images' | 'containers'): void;
}

export const noCrictlMetrics: CrictlMetrics = {
  ran: () => undefined,
  shared: () => undefined,
};
