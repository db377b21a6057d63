/** The choice of a policy: the configured ones, and a form with a field for each member. */
import type { CompiledPolicy } from '../../values/policy/policy.ts';
import { Notice } from '../parts/notices.tsx';
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

const WHERE: readonly Field[] = [
  {
    member: 'projects',
    label: 'Projects',
    hint: 'Empty: all projects. Examples: shop, team-*, !archive (not archive).',
  },
  {
    member: 'repositories',
    label: 'Repositories',
    hint: 'Empty: all repositories. Examples: shop/web, shop/*, */web, !*/base.',
  },
];

const WHICH: readonly Field[] = [
  {
    member: 'tags',
    label: 'Tags',
    hint: 'Examples: pr-*, build-*, * for all tags. An artifact that also has another tag is kept.',
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
    hint: 'Neither pushed nor pulled for this long. Examples: 45m, 12h, 30d, 4w.',
  },
  {
    member: 'keep_newest',
    label: 'Keep the newest',
    hint: 'Keeps this many artifacts of each repository, those that were pushed last. Example: 5.',
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
    hint: 'Example: 1000000000, which is 1 GB. Empty: no limit.',
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
  const isPlanned = asked !== null && asked.policy !== null;
  return (
    <details open={!isPlanned}>
      <summary>{isPlanned ? 'Change the policy' : 'Define a policy'}</summary>
      <form method="get" action="/ui/cleanup">
        <FieldSet
          legend="Where"
          note="Separate several with spaces. * matches any text, ! at the start excludes."
          fields={WHERE}
          asked={asked}
        />
        <FieldSet
          legend="Which artifacts"
          note="Fill in at least one: tags, artifacts without a tag (only them), older than, or keep the newest. Of several, an artifact must match all."
          fault={asked?.faults.get('')}
          fields={WHICH}
          asked={asked}
        />
        <FieldSet legend="Limits and reason" fields={LIMITS} asked={asked} />
        <button type="submit">Show the plan</button>
        <p class="small">This deletes nothing. You see the plan first.</p>
      </form>
    </details>
  );
}

function FieldSet({
  legend,
  note,
  fault,
  fields,
  asked,
}: {
  readonly legend: string;
  /** The note to read before the first of its fields. */
  readonly note?: string;
  /** The fault of its fields as a whole. */
  readonly fault?: string | undefined;
  readonly fields: readonly Field[];
  readonly asked: AskedPolicy | null;
}) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {note !== undefined && <p class="small">{note}</p>}
      {fault !== undefined && <Notice kind="bad" title={fault} />}
      <div class="fields">
        {fields.map((field, index) => (
          <FieldRow
            field={field}
            hasFocus={fault !== undefined && index === 0}
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
  hasFocus,
}: {
  readonly field: Field;
  /** So that the browser shows it, far down the page. */
  readonly hasFocus: boolean;
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
          autofocus={hasFocus}
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
