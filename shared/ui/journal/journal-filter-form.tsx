/** The filters of the journal: a form, and links to the periods that people ask for most. */
import type { FunctionContext } from '../../http/function.ts';
import { searchParams } from '../../http/query.ts';
import { SelectField, TextField } from '../parts/fields.tsx';
import { FilterForm } from '../parts/list-parts.tsx';
import { linkWith } from '../view/view-list.ts';
import { dateOf, firstOfDays } from './period.ts';

const OUTCOMES = [
  ['', 'any'],
  ['deleted', 'deleted'],
  ['not_deleted', 'not deleted'],
  ['unknown', 'unknown'],
] as const;

const PERIODS = [
  [1, 'Today'],
  [7, 'Last 7 days'],
  [30, 'Last 30 days'],
] as const;

export function JournalFilterForm({ c }: { readonly c: FunctionContext }) {
  return (
    <FilterForm c={c} search="Image, digest, reason or request id">
      <TextField c={c} name="actor" label="Who" />
      <TextField c={c} name="project" label="Project" />
      <SelectField c={c} name="outcome" label="Outcome" options={OUTCOMES} />
      <DateField c={c} name="since" label="From (UTC)" />
      <DateField c={c} name="until" label="To (UTC)" />
    </FilterForm>
  );
}

interface DateFieldProps {
  readonly c: FunctionContext;
  readonly name: 'since' | 'until';
  readonly label: string;
}

function DateField({ c, name, label }: DateFieldProps) {
  return (
    <label>
      {label}
      <input type="date" name={name} value={dateOf(searchParams(c).get(name))} />
    </label>
  );
}

/** Links that choose a period and leave the other filters. */
export function PeriodLinks({ c }: { readonly c: FunctionContext }) {
  const query = searchParams(c);
  const [since, until] = [query.get('since') ?? '', query.get('until') ?? ''];
  const now = c.get('services').now();
  const periods = PERIODS.map(([days, text]) => [firstOfDays(days, now), text] as const);
  return (
    <nav class="periods" aria-label="Periods">
      <ul>
        {[...periods, ['', 'All'] as const].map(([first, text]) => (
          <li>
            <a
              href={linkWith(c, { since: first, until: null, page: null })}
              aria-current={since === first && until === '' ? 'true' : undefined}
            >
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
