import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LogLine {
  readonly request_id?: string;
  readonly lost_lines?: number;
}

/** The text of each file of a log. */
export function logFiles(log: string): readonly string[] {
  return readdirSync(`${log}.d`)
    .filter((name) => /^app\.\d+\.log$/.test(name))
    .map((name) => readFileSync(join(`${log}.d`, name), 'utf8'));
}

/** The lines of all files that have their end. @throws SyntaxError if one is not whole */
export function logLines(log: string): readonly LogLine[] {
  return logFiles(log)
    .flatMap((text) => text.split('\n').slice(0, -1))
    .map((line) => JSON.parse(line));
}
