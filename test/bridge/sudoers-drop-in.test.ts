import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crictlArgumentLists } from '../../bridge/crictl-command.ts';
import { run } from '../../bridge/exec.ts';
import { sudoersDropIn } from '../../bridge/sudoers-drop-in.ts';
import { testFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { crictlConfig, testHost } from './programs.ts';

const visudo = ['/usr/sbin/visudo', '/sbin/visudo', '/usr/bin/visudo'].find((path) =>
  existsSync(path),
);
const endpoint = crictlConfig({ crictl_runtime_endpoint: 'unix:///run/k3s/containerd.sock' });

function dropIn(config = crictlConfig(), user = 'image-api'): string {
  const crictlPath = '/usr/local/bin/crictl';
  const argumentLists = crictlArgumentLists(config, { host: testHost('/nonexistent'), crictlPath });
  return sudoersDropIn({ user, crictlPath, argumentLists });
}

describe('sudoersDropIn', () => {
  it('lists each call in full', () => {
    expect(dropIn().split('\n').slice(2)).toEqual([
      'image-api ALL=(root) NOPASSWD: /usr/local/bin/crictl --timeout 9s images -o json, \\',
      '    /usr/local/bin/crictl --timeout 9s ps -a -o json, \\',
      '    /usr/local/bin/crictl --timeout 9s version, \\',
      '    /usr/local/bin/crictl --timeout 9s imagefsinfo -o json, \\',
      '    /usr/local/bin/crictl --timeout 9s info -o go-template --template {{.config.sandboxImage}}, \\',
      '    /usr/local/bin/crictl --timeout 9s inspectp -o go-template --template ' +
        '{{range\\ .}}{{with\\ index\\ .\\ `info`}}{{with\\ index\\ .\\ `image`}}{{.}}\\ {{end}}{{end}}' +
        '{{with\\ index\\ .\\ `image`}}{{.}}\\ {{end}}{{end}}',
      '',
    ]);
  });

  it('escapes characters that have a meaning in sudoers', () => {
    expect(dropIn(endpoint)).toContain(
      '--runtime-endpoint unix\\:///run/k3s/containerd.sock --image-endpoint unix\\:///run/k3s/containerd.sock images',
    );
    const odd = sudoersDropIn({ user: 'u', crictlPath: '/c', argumentLists: [['a,b=c\\d:e f']] });
    expect(odd).toContain('/c a\\,b\\=c\\\\d\\:e\\ f\n');
  });

  it.each([
    ['a wildcard', { argumentLists: [['*']] }],
    ['a quote', { argumentLists: [['a"b']] }],
    ['a newline', { argumentLists: [['a\nb']] }],
    ['a comment', { argumentLists: [['#x']] }],
    ['an empty word', { argumentLists: [['']] }],
    ['a relative path', { crictlPath: 'crictl' }],
    ['ALL', { user: '%admins' }],
    ['a user with a newline', { user: 'a\nb' }],
  ])('refuses %s', (_, fields) => {
    const options = { user: 'u', crictlPath: '/c', argumentLists: [['images']], ...fields };
    expect(() => sudoersDropIn(options)).toThrow();
  });

  it.for<[what: string, text: string]>([
    ['the defaults', dropIn()],
    ['an endpoint', dropIn(endpoint)],
    ['a uid', dropIn(endpoint, '#1000')],
    ['a domain user', dropIn(endpoint, 'DOMAIN\\user')],
    [
      'all that is escaped',
      sudoersDropIn({ user: 'u', crictlPath: '/c', argumentLists: [['a,b=c\\d:e']] }),
    ],
  ])('is clean for visudo -c: %s', async ([, text], context) => {
    needs(context, 'visudo (package sudo)', visudo !== undefined);
    const path = join(testFolder(), 'image-api');
    writeFileSync(path, text, { mode: 0o440 });
    const result = await run({ file: String(visudo), args: ['-c', '-f', path], timeoutMs: 10_000 });
    expect(result).toMatchObject({ exitCode: 0, stdout: `${path}: parsed OK\n`, stderr: '' });
  });
});
