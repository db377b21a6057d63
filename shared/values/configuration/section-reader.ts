/** Reads sections of config.json and the environment (on the edge: the bindings). Web standard. */
import * as z from 'zod/mini';
import { isRecord } from '../is-record.ts';
import { variableOf } from './keys.ts';
import { EnvironmentText } from './values.ts';

/** The sources that a configuration is read from. */
export interface ConfigurationSources {
  /** The content of config.json, with old names replaced. Absent: no file. */
  readonly file?: unknown;
  /** Environment variables or bindings: text, or JSON values of bindings. They win over the file. */
  readonly environment: Readonly<Record<string, unknown>>;
}

/** One problem of a configuration. */
export interface ConfigurationProblem {
  /** `section.key`, or the part of the file. */
  readonly name: string;
  readonly message: string;
  /** The invalid value, if there is exactly one. It may be secret. */
  readonly value?: unknown;
}

export interface SectionReader {
  /** The problems so far. */
  readonly problems: ConfigurationProblem[];
  /** Reads a section, with defaults in place of wrong values. `''` is the top level. */
  read<S extends z.ZodMiniObject>(section: string, schema: S): z.output<S>;
}

export function createSectionReader({
  file = {},
  environment,
}: ConfigurationSources): SectionReader {
  const problems: ConfigurationProblem[] = [];
  const root = record('config.json', file);

  function record(name: string, value: unknown): Readonly<Record<string, unknown>> {
    if (isRecord(value)) return value;
    problems.push({ name, message: 'expected an object', value });
    return {};
  }

  /** The value of a key: of its variable, or else of the file. */
  function chosen(name: string, inFile: unknown): unknown {
    const value = environment[variableOf(name)];
    return typeof value === 'string' ? new EnvironmentText(value) : (value ?? inFile);
  }

  return {
    problems,
    read(section, schema) {
      const prefix = section === '' ? '' : `${section}.`;
      const own = root[section] === undefined ? {} : root[section];
      const given = section === '' ? root : record(section, own);
      const values: Record<string, unknown> = {};
      for (const key of Object.keys(schema.shape)) {
        const value = chosen(prefix + key, given[key]);
        if (value !== undefined) values[key] = value;
      }
      const parsed = z.safeParse(schema, values);
      if (parsed.success) return parsed.data;
      for (const { path, message } of parsed.error.issues) {
        const wrong = values[String(path[0])];
        const value = wrong instanceof EnvironmentText ? wrong.text : wrong;
        problems.push({
          name: prefix + path.join('.'),
          message,
          ...(path.length === 1 && { value }),
        });
      }
      return z.parse(schema, {});
    },
  };
}
