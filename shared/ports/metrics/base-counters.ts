/** The counters of every program, and of runs of crictl; counters.ts has the others. */

/** Counters whose labels have closed lists of values, by the names that `/metrics` has. */
export type CounterTable = Readonly<Record<string, Counted>>;

interface Counted {
  /** The part of a process that counts it, without which it is not shown. */
  readonly of: 'process' | 'functions' | 'fleet' | 'crictl';
  readonly help: string;
  /** The values of each label. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

export type LabelsIn<Table extends CounterTable, Name extends keyof Table> = {
  readonly [Label in keyof Table[Name]['labels']]: Table[Name]['labels'][Label][number];
};

/** Counts one more, or `by`. Each combination of values is shown from the start, with 0. */
export type CountIn<Table extends CounterTable> = <Name extends keyof Table>(
  name: Name,
  labels: LabelsIn<Table, Name>,
  by?: number,
) => void;

export const CRICTL_RUN_KINDS = [
  'images',
  'containers',
  'version',
  'image_filesystems',
  'sandbox_image',
  'sandboxes',
] as const;

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

export const BASE_COUNTERS = {
  image_api_log_lines_dropped_total: {
    of: 'process',
    help: 'Lines of the log that were lost because it could not be written.',
    labels: {},
  },
  image_api_crictl_runs_total: {
    of: 'crictl',
    help: 'Runs of crictl by what they read and how they ended.',
    labels: { kind: CRICTL_RUN_KINDS, outcome: CRICTL_RUN_OUTCOMES },
  },
  image_api_crictl_shared_answers_total: {
    of: 'crictl',
    help: 'Readings that were answered from a run that another caller started.',
    labels: { kind: ['images', 'containers'] },
  },
} as const satisfies CounterTable;
