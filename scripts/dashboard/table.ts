/** A table of the dashboard: one row for each value of a label. */
import { type Panel, panel, refId, type Shown, type Threshold, thresholdsOf } from './panel.ts';

/** A column of a table: its query, its heading, and the unit of its values. */
export interface Column {
  readonly expr: string;
  readonly heading: string;
  readonly unit: string;
  readonly thresholds?: readonly Threshold[];
}

/** One row for each value of `label`, with the values of now. */
export function table(
  shown: Omit<Shown, 'queries' | 'unit'> & {
    readonly label: string;
    readonly columns: readonly Column[];
  },
): Panel {
  const { columns, label } = shown;
  const names = columns.map((_, index) => `Value #${refId(index)}`);
  const queries = columns.map(({ expr }) => ({ expr }));
  return panel(
    'table',
    { ...shown, queries, unit: 'short' },
    {
      height: 8,
      instant: true,
      format: 'table',
      defaults: {
        color: { mode: 'thresholds' },
        custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
      },
      overrides: columns.map(({ heading, unit, thresholds }) => ({
        matcher: { id: 'byName', options: heading },
        properties: [
          { id: 'unit', value: unit },
          ...(thresholds === undefined
            ? []
            : [
                { id: 'thresholds', value: thresholdsOf(thresholds) },
                { id: 'custom.cellOptions', value: { type: 'color-text' } },
              ]),
        ],
      })),
      options: { cellHeight: 'sm', frameIndex: 0, showHeader: true },
      transformations: [
        { id: 'merge', options: {} },
        {
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            indexByName: Object.fromEntries([label, ...names].map((name, index) => [name, index])),
            renameByName: Object.fromEntries(
              names.map((name, index) => [name, columns[index]?.heading]),
            ),
          },
        },
      ],
    },
  );
}
