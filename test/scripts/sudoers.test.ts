import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RunResult, run } from '../../bridge/exec.ts';
import { writeProgram } from '../bridge/programs.ts';
import { testFolder } from '../support/folder.ts';
import { buildProgram } from '../support/program.ts';

const script = await buildProgram(new URL('../../scripts/sudoers.ts', import.meta.url));

/** Runs the script with a configuration file of this section. */
function sudoers(crictl_config: object, ...args: string[]): Promise<RunResult> {
  const config = join(testFolder(), 'config.json');
  writeFileSync(config, JSON.stringify({ crictl_config }));
  const all = [script, ...args, '--config', config];
  return run({ file: process.execPath, args: all, timeoutMs: 20_000 });
}

describe('npm run sudoers', () => {
  it('prints the calls of the configuration in use for the user that is named', async () => {
    const crictl_path = '/usr/bin/env'; // any program that is root's
    const crictl_runtime_endpoint = 'unix:///run/x.sock';
    const config = { crictl_path, crictl_runtime_endpoint, crictl_timeout_ms: 5000 };
    const result = await sudoers(config, 'nobody');
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const endpoints =
      '--runtime-endpoint unix\\:///run/x.sock --image-endpoint unix\\:///run/x.sock';
    expect(result.stdout.split('\n').slice(2)).toEqual([
      `nobody ALL=(root) NOPASSWD: ${crictl_path} --timeout 4s ${endpoints} images -o json, \\`,
      `    ${crictl_path} --timeout 4s ${endpoints} ps -a -o json, \\`,
      `    ${crictl_path} --timeout 4s ${endpoints} version, \\`,
      `    ${crictl_path} --timeout 4s ${endpoints} imagefsinfo -o json, \\`,
      `    ${crictl_path} --timeout 4s ${endpoints} info -o go-template --template {{.config.sandboxImage}}, \\`,
      expect.stringContaining(
        `    ${crictl_path} --timeout 4s ${endpoints} inspectp -o go-template `,
      ),
      '',
    ]);
  });

  it('gives no rule for a program that others could change', async () => {
    const crictl_path = writeProgram(testFolder(), 'crictl', 'true');
    chmodSync(crictl_path, 0o777);
    const result = await sudoers({ crictl_path }, 'nobody');
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toContain('can be changed by others than root');
  });

  it('warns about a user that this machine does not know', async () => {
    const result = await sudoers({ crictl_path: '/usr/bin/env' }, 'no-such-user');
    expect(result).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('/etc/passwd') });
  });

  it('says what is wrong with the configuration, with exit code 78', async () => {
    const result = await sudoers({ crictl_timeout_ms: 'soon' }, 'image-api');
    expect(result).toMatchObject({ exitCode: 78, stdout: '' });
    expect(result.stderr).toContain('crictl_config.crictl_timeout_ms');
  });

  it('prints nothing when crictl does not exist', async () => {
    const result = await sudoers({ crictl_path: '/nowhere/crictl' }, 'image-api');
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toContain('/nowhere/crictl, which does not exist');
  });
});
