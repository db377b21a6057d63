/** The choice of a policy: the configured ones, and a form with a field for each member. */
import type { CompiledPolicy } from '../../cleanup/policy.ts';
import type { AskedPolicy, Member } from './asked-policy.ts';
import { policyText } from './policy-texts.ts';

interface Field {
  readonly member: Member;
  readonly label: string;
  readonly hint: string;
  readonly type?: 'number';
  /** Values with their texts, if it is a choice. */
  readonly choices?: readonly (readonly [value: string, text: string])[];
}

const PATTERNS = '* matches any text, ! at the start excludes. Separate patterns with spaces.';

const WHERE: readonly Field[] = [
  { member: 'projects', label: 'Projects', hint: `Such as shop !archive. Empty: all. ${PATTERNS}` },
  {
    member: 'repositories',
    label: 'Repositories',
    hint: 'Patterns of project/repository, such as shop/* or */web. Empty: all.',
  },
];

const WHICH: readonly Field[] = [
  {
    member: 'tags',
    label: 'Tags',
    hint: 'Such as pr-* or build-*. An artifact that has another tag too is kept. Empty: tags do not matter.',
  },
  {
    member: 'untagged',
    label: 'Artifacts without a tag',
    hint: 'While an image for several platforms is pushed, its parts have no tag yet, so combine this with an age.',
    choices: [
      ['', 'Keep them'],
      ['true', 'Include them'],
      ['only', 'Only them'],
    ],
  },
  {
    member: 'older_than',
    label: 'Older than',
    hint: 'Neither pushed nor pulled for this long: 45m, 12h, 30d or 4w. Empty: any age.',
  },
  {
    member: 'keep_newest',
    label: 'Keep the newest',
    hint: 'Keeps this many artifacts of each repository, those that were pushed last.',
    type: 'number',
  },
];

const LIMITS: readonly Field[] = [
  {
    member: 'max_deletions',
    label: 'At most this many artifacts',
    hint: 'The oldest are deleted first. Empty: no limit.',
    type: 'number',
  },
  {
    member: 'max_bytes',
    label: 'At most this many bytes',
    hint: '1000000000 is 1 GB. Empty: no limit.',
    type: 'number',
  },
  {
    member: 'reason',
    label: 'Reason',
    hint: 'For the journal. You can still change it before you delete.',
  },
];

/** The policies of the configuration. */
export function ConfiguredPolicies({
  policies,
  current,
}: {
  readonly policies: readonly (readonly [name: string, policy: CompiledPolicy])[];
  readonly current: string | null;
}) {
  if (policies.length === 0) return null;
  return (
    <section aria-labelledby="configured">
      <h2 id="configured">Configured policies</h2>
      <ul class="policies">
        {policies.map(([name, { source }]) => (
          <li>
            <a
              href={`/ui/cleanup?policy=${encodeURIComponent(name)}`}
              aria-current={name === current ? 'true' : undefined}
            >
              {name}
            </a>{' '}
            {policyText(source)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The form of an own policy. It makes a plan and changes nothing, so it is sent as a query. */
export function PolicyForm({ asked }: { readonly asked: AskedPolicy | null }) {
  const whole = asked?.faults.get('');
  const isPlanned = asked !== null && asked.policy !== null;
  return (
    <details open={!isPlanned}>
      <summary>{isPlanned ? 'Change the policy' : 'Define a policy'}</summary>
      <form method="get" action="/ui/cleanup">
        {whole !== undefined && (
          <p class="fault" role="alert">
            {whole}
          </p>
        )}
        <FieldSet legend="Where" fields={WHERE} asked={asked} />
        <FieldSet legend="Which artifacts" fields={WHICH} asked={asked} />
        <FieldSet legend="Limits and reason" fields={LIMITS} asked={asked} />
        <button type="submit">Show the plan</button>
        <p class="small">This deletes nothing. You see the plan first.</p>
      </form>
    </details>
  );
}

function FieldSet({
  legend,
  fields,
  asked,
}: {
  readonly legend: string;
  readonly fields: readonly Field[];
  readonly asked: AskedPolicy | null;
}) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="fields">
        {fields.map((field) => (
          <FieldRow
            field={field}
            value={asked?.values[field.member] ?? ''}
            fault={asked?.faults.get(field.member) ?? null}
          />
        ))}
      </div>
    </fieldset>
  );
}

function FieldRow({
  field: { member, label, hint, type, choices },
  value,
  fault,
}: {
  readonly field: Field;
  readonly value: string;
  readonly fault: string | null;
}) {
  const id = `policy-${member}`;
  const common = {
    id,
    name: member,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': fault === null ? undefined : ('true' as const),
  };
  return (
    <div>
      <label for={id}>{label}</label>
      {choices === undefined ? (
        <input
          {...common}
          type={type ?? 'text'}
          value={value}
          {...(type === 'number' && { min: 1, step: 1 })}
        />
      ) : (
        <select {...common}>
          {choices.map(([choice, text]) => (
            <option value={choice} selected={choice === value}>
              {text}
            </option>
          ))}
        </select>
      )}
      <small id={`${id}-hint`}>
        {fault !== null && <strong class="fault">{fault}. </strong>}
        {hint}
      </small>
    </div>
  );
}
