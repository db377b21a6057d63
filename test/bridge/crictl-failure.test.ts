import { describe, expect, it } from 'vitest';
import { type CrictlCall, crictlFailure } from '../../bridge/crictl-failure.ts';
import type { RunResult } from '../../bridge/exec.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { ENDED } from './programs.ts';

const V133 = 'v1.33.0-containerd-1.7.24';
const call: CrictlCall = {
  crictlPath: '/usr/local/bin/crictl',
  viaSudo: false,
  user: 'tester',
  timeoutMs: 10_000,
  endpoint: null,
};

function result(fields: Partial<RunResult>): RunResult {
  return { ...ENDED, exitCode: 1, ...fields };
}

/** The problem as `code: detail`, so that one expectation sees both. */
function failure(fields: Partial<RunResult>, of: Partial<CrictlCall> = {}): string {
  const problem = crictlFailure(result(fields), { ...call, ...of });
  return `${problem?.code}: ${problem?.message}`;
}

describe('sudo’s refusals', () => {
  it.each([
    ['sudo-refused', 'has no rule that allows this call without a password', 'npm run sudoers'],
    ['sudo-not-allowed', 'does not allow this call', 'npm run sudoers'],
    ['sudo-not-installed', 'is not installed', 'Install sudo'],
  ])('%s as recorded: %s', (name, what, remedy) => {
    const detail = failure(crictlRun(V133, name), { viaSudo: true });
    expect(detail).toContain(
      `crictl_permission_denied: User tester may not run /usr/local/bin/crictl as root: sudo ${what}.`,
    );
    expect(detail).toContain(remedy);
    expect(detail).not.toContain('node1');
  });

  it('sudo-crictl-missing as recorded is crictl_not_found', () => {
    expect(failure(crictlRun(V133, 'sudo-crictl-missing'), { viaSudo: true })).toContain(
      'crictl_not_found: sudo could not run /usr/local/bin/crictl. Install crictl there',
    );
  });

  it.each([
    ['sudo: a terminal is required to read the password', 'npm run sudoers'],
    ['tester is not in the sudoers file.', 'npm run sudoers'],
    ['sudo: sorry, you must have a tty to run sudo', 'requiretty'],
    [
      'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.',
      'NoNewPrivileges=no',
    ],
    ['sudo: effective uid is not 0, is /usr/bin/sudo on a file system with nosuid?', 'as root'],
    ['/etc/sudoers.d/x:1:20: syntax error\nsudo: no valid sudoers sources found', 'visudo -c'],
  ])('%j is crictl_permission_denied with its remedy', (stderr, remedy) => {
    const detail = failure({ stderr }, { viaSudo: true });
    expect(detail).toMatch(/^crictl_permission_denied: /);
    expect(detail).toContain(remedy);
  });
});

describe('crictl’s failures', () => {
  it('sees a refused socket behind the missing ones that came after it', () => {
    const detail = failure(crictlRun(V133, 'permission-denied-no-endpoint'));
    expect(detail).toMatch(/^crictl_permission_denied: .*user tester may not open/);
    expect(detail).toContain(
      'dial unix /run/containerd/containerd.sock: connect: permission denied',
    );
  });

  it('does not confuse an unreadable configuration file with a refusal', () => {
    const stderr =
      'level=warning msg="open /etc/crictl.yaml: permission denied"\n' +
      'level=fatal msg="dial unix /run/none.sock: connect: no such file or directory"';
    expect(failure({ stderr })).toMatch(/^runtime_unreachable: /);
  });

  it('blames SELinux or AppArmor when root is refused', () => {
    const detail = failure({ stderr: 'connect: permission denied' }, { viaSudo: true });
    expect(detail).toMatch(/^crictl_permission_denied: .*root \(by sudo\).*SELinux/);
  });

  it.each([
    ['dial unix /run/x.sock: connect: connection refused', 'runtime_unreachable: No container'],
    ['rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService', 'CRI v1'],
    ['rpc error: code = DeadlineExceeded desc = context deadline exceeded', 'crictl_timeout: The'],
    [
      // crictl 1.29, 1.33 and 1.36, while the runtime is stopped by SIGSTOP
      'rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: read unix @->/run/containerd/containerd.sock: use of closed network connection"',
      'crictl_timeout: The container runtime did not answer in time',
    ],
    [
      // containerd 1.6
      'rpc error: code = Unknown desc = server is not initialized yet',
      'runtime_unreachable: The container runtime is starting. Try again',
    ],
    [
      'load config file: stat /etc/missing.yaml: no such file or directory',
      'runtime_unreachable: crictl cannot load its configuration file. Correct the file (CRI_CONFIG_FILE',
    ],
    ['flag provided but not defined: -o', 'crictl_bad_output: /usr/local/bin/crictl failed with'],
  ])('%s', (stderr, expected) => {
    expect(failure({ stderr })).toContain(expected);
  });

  it('names the configured endpoint', () => {
    const detail = failure({ stderr: 'connection refused' }, { endpoint: 'unix:///run/x.sock' });
    expect(detail).toContain('No container runtime answers at unix:///run/x.sock.');
  });

  it('quotes one short line without control characters', () => {
    const stderr = `first line\n\u001b[31mboom\u0007 ${'x'.repeat(5000)}`;
    const detail = failure({ stderr });
    expect(detail).toContain('The message was:  [31mboom  xxx');
    expect(detail).not.toContain('first line');
    expect(detail.length).toBeLessThan(500);
  });

  it('says which signal ended it', () => {
    expect(failure({ exitCode: null, signal: 'SIGKILL' })).toBe(
      'crictl_bad_output: /usr/local/bin/crictl was killed by SIGKILL.',
    );
  });
});

describe('runs that did not finish', () => {
  it.each([
    ['ENOENT', /^crictl_not_found: \/usr\/local\/bin\/crictl could not be started \(ENOENT\)/],
    ['ENOEXEC', /^crictl_not_found: .*built for this machine/],
    ['EACCES', /^crictl_permission_denied: User tester may not execute .*npm run sudoers/],
    ['ETXTBSY', /^crictl_not_found: .*is being replaced/],
    ['EAGAIN', /^overloaded: The bridge cannot start another process now/],
    ['EMFILE', /^overloaded: The bridge cannot start another process now/],
    ['ENFILE', /^overloaded: The bridge cannot start another process now/],
  ])('%s', (spawnError, expected) => {
    expect(failure({ exitCode: null, spawnError })).toMatch(expected);
  });

  it('is crictl_timeout at the deadline, whatever stderr contains', () => {
    expect(failure({ exitCode: 0, timedOut: true, stderr: 'permission denied' })).toMatch(
      /^crictl_timeout: .*did not finish within 10000 ms/,
    );
  });

  it('is crictl_bad_output when there was too much of it', () => {
    expect(failure({ exitCode: 0, truncated: true })).toMatch(/^crictl_bad_output: /);
  });

  it('is no problem when the call succeeded, in spite of warnings and unused sockets', () => {
    const answer = crictlRun('v1.29.0-containerd-1.7.24', 'no-config');
    expect(answer.stderr).toContain('level=error');
    expect(crictlFailure(result(answer), call)).toBeNull();
  });
});
