/** The type of the configuration value that has the policies of cleanups. */

import { isRecord } from '../is-record.ts';
import { parseJson } from '../parse-json.ts';
import { type CompiledPolicy, readPolicy } from '../policy/policy.ts';
import { repeatedMembers } from './repeated-members.ts';
import { key } from './values.ts';

const POLICY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const A_POLICY_NAME = 'expected a name of at most 64 letters, digits, . _ -';

/** Policy name → policy. */
export const policies = () =>
  key<Readonly<Record<string, CompiledPolicy>>>(
    {},
    {
      expected: 'an object of name to policy',
      fromText: (given, refuse) => {
        const value = parseJson(given);
        if (value !== undefined) {
          for (const member of repeatedMembers(given)) refuse(member, 'is there twice');
        }
        return value;
      },
      read: (value, refuse) => {
        if (!isRecord(value)) return undefined;
        const entries = Object.entries(value).map(([name, given]) => {
          if (!POLICY_NAME.test(name)) refuse(name, A_POLICY_NAME);
          const { policy, faults } = readPolicy(given, name);
          for (const { member, detail } of faults ?? []) {
            refuse(member === '' ? name : `${name}.${member}`, detail);
          }
          return [name, policy] as const;
        });
        const read = entries.flatMap(([name, policy]) =>
          policy === null ? [] : [[name, policy] as const],
        );
        return Object.fromEntries(read);
      },
    },
  );
