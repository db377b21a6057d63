/** Real executables for tests of the bridge, in folders of their own. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CrictlConfiguration } from '../../bridge/crictl-command.ts';
import type { RunResult } from '../../bridge/exec.ts';
import type { Host } from '../../bridge/host.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { CrictlRun } from '../fixtures/recordings.ts';

/** Writes a shell script and answers its path. */
export function writeProgram(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Writes a program that always gives the same answer. */
export function replay(folder: string, name: string, answer: CrictlRun): string {
  const stdout = join(folder, `${name}.stdout`);
  const stderr = join(folder, `${name}.stderr`);
  writeFileSync(stdout, answer.stdout);
  writeFileSync(stderr, answer.stderr);
  return writeProgram(folder, name, `cat ${stderr} >&2; cat ${stdout}; exit ${answer.exitCode}`);
}

/** The defaults of the schema, except the values of a test. */
export function crictlConfig(fields: Partial<CrictlConfiguration> = {}): CrictlConfiguration {
  return {
    crictl_path: null,
    crictl_sudo: false,
    crictl_runtime_endpoint: null,
    crictl_timeout_ms: 10_000,
    crictl_max_age_ms: 1000,
    ...fields,
  };
}

/** A host that has nothing but what is in the folder. */
export function testHost(folder: string, fields: Partial<Host> = {}): Host {
  return {
    name: 'test-node',
    searchPath: [folder],
    crictlFolders: [],
    sudoFolders: [],
    environment: {},
    crictlConfigFile: join(folder, 'etc-crictl.yaml'),
    kubeletFiles: {
      configuration: join(folder, 'kubelet-config.yaml'),
      flags: join(folder, 'kubeadm-flags.env'),
    },
    sockets: [],
    runtimeTraces: [],
    isRoot: false,
    user: 'tester',
    ...fields,
  };
}

/** A logger that keeps its lines as `LEVEL message`. */
export function keepingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = (level: string, msg: string): void => {
    lines.push(`${level} ${msg}`);
  };
  const logger = {
    lines,
    enabled: () => true,
    log,
    always: log,
    child: () => logger,
  };
  return logger;
}

/** A run that ended by itself with exit code 0 and wrote nothing. */
export const ENDED: RunResult = {
  exitCode: 0,
  signal: null,
  stdout: '',
  stderr: '',
  timedOut: false,
  truncated: false,
  spawnError: null,
};
