/**
 * An executable in place of crictl for the tests. It answers each subcommand as the test (or a
 * recording) says, and records its calls. A /bin/sh script, so that it starts fast.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCRIPT } from './script.ts';

/** What one subcommand does. Everything that is left out is empty, zero or off. */
interface CrictlAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
  /** Waits before it writes anything. */
  readonly delayMs?: number;
  /** Never ends by itself. */
  readonly hang?: boolean;
  /** Ignores SIGTERM while it hangs. Only with `hang`. */
  readonly ignoreSigterm?: boolean;
  /** Hangs in a child process of its own. Only with `hang`. */
  readonly inChild?: boolean;
  /** After `stdout`, this many megabytes of spaces. */
  readonly fillMegabytes?: number;
}

/** The subcommands by name; `other` is for all that are not named. */
export interface CrictlAnswers {
  readonly images?: CrictlAnswer;
  readonly ps?: CrictlAnswer;
  readonly pods?: CrictlAnswer;
  readonly imagefsinfo?: CrictlAnswer;
  readonly version?: CrictlAnswer;
  readonly info?: CrictlAnswer;
  readonly inspectp?: CrictlAnswer;
  readonly other?: CrictlAnswer;
}

export interface FakeCrictl {
  /** The executable; its name is `crictl`. */
  readonly path: string;
  /** Its folder, for a PATH. */
  readonly dir: string;
  /** The arguments of each call so far, in the order of the starts. */
  calls(): string[][];
  /** Process ids of all calls so far, children that hang included. */
  pids(): number[];
  /** Changes what a subcommand does from the next call on. */
  answer(command: keyof CrictlAnswers, answer: CrictlAnswer): void;
  cleanup(): void;
}

/** A subcommand that was not scripted fails loudly. */
const UNSCRIPTED: CrictlAnswer = { stderr: 'fake crictl: not scripted\n', exitCode: 97 };

const COMMANDS = [
  'images',
  'ps',
  'pods',
  'imagefsinfo',
  'version',
  'info',
  'inspectp',
  'other',
] as const;

/** Writes the executable into a folder of its own. Call `cleanup` when the test ends. */
export function fakeCrictl(answers: CrictlAnswers): FakeCrictl {
  const dir = mkdtempSync(join(tmpdir(), 'fake-crictl-'));
  const path = join(dir, 'crictl');
  const fake: FakeCrictl = {
    path,
    dir,
    calls: () => readLog(join(dir, 'calls')).map((line) => line.split('\u001f').slice(0, -1)),
    pids: () => readLog(join(dir, 'pids')).map(Number),
    answer: (command, answer) => script(dir, command, answer),
    cleanup: () => rmSync(dir, { recursive: true, force: true }),
  };
  script(dir, 'other', UNSCRIPTED);
  for (const command of COMMANDS) {
    const answer = answers[command];
    if (answer !== undefined) fake.answer(command, answer);
  }
  writeFileSync(path, SCRIPT, { mode: 0o755 });
  return fake;
}

function script(dir: string, command: string, answer: CrictlAnswer): void {
  writeFileSync(join(dir, `${command}.stdout`), answer.stdout ?? '');
  writeFileSync(join(dir, `${command}.stderr`), answer.stderr ?? '');
  const settings = {
    delay: answer.delayMs === undefined ? '' : String(answer.delayMs / 1000),
    hang: answer.hang === true ? 'yes' : '',
    ignore: answer.ignoreSigterm === true ? 'yes' : '',
    child: answer.inChild === true ? 'yes' : '',
    fill: String(answer.fillMegabytes ?? 0),
    code: String(answer.exitCode ?? 0),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(dir, `${command}.settings`), lines.join(''));
}

/** The log's records; none as long as nothing ran. */
function readLog(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
