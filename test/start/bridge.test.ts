import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type FakeCrictl, fakeCrictl } from '../fake-crictl/index.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import {
  keptSocket,
  keptTcpSocket,
  type StartOptions,
  startProcess,
} from '../support/processes.ts';
import { askSocket } from '../support/raw-request.ts';

let crictl: FakeCrictl;
let socket = '';
let config: StartOptions['config'];

beforeEach(() => {
  crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  socket = join(testFolder(), 'run', 'bridge.sock');
  config = {
    crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
    bridge_config: { bridge_listen: `unix:${socket}` },
  };
});

describe('the configuration of the bridge', () => {
  it('is its own part only: it reads neither Harbor’s password nor mistakes in that section', async () => {
    const bridge = startProcess('bridge', {
      config: {
        ...config,
        harbor_config: { harbor_password: 'the-password-of-harbor', harbor_timeout_ms: 'abc' },
        webhook_config: { invoke_secret: '!' },
      },
      // A missing file stops any process that reads it.
      env: { HARBOR_PASSWORD_FILE: '/nonexistent/password', LOG_LEVEL: 'DEBUG' },
    });
    await bridge.listening;
    await askSocket(socket, '/v1/images');

    expect(bridge.stderr()).not.toContain('the-password-of-harbor');
    expect(bridge.stderr()).not.toContain('harbor_');
  });

  it.each([
    [
      'TCP without a token',
      { bridge_config: { bridge_listen: '127.0.0.1:7001' } },
      'bridge_config.bridge_token: expected a token',
    ],
    [
      'plain text off loopback',
      { bridge_config: { bridge_listen: '0.0.0.0:7001', bridge_token: 'abcdefghijklmnop' } },
      'bridge_config.bridge_tls_cert: expected a certificate',
    ],
    [
      'a mistake of its own',
      { crictl_config: { crictl_timeout_ms: 'abc' } },
      'crictl_config.crictl_timeout_ms: expected an integer',
    ],
  ])('with %s stops the start with 78 and says why', async (_, sections, line) => {
    const bridge = startProcess('bridge', { config: sections });

    expect(await bridge.ended).toBe(78);
    expect(bridge.stderr()).toContain(line);
    expect(bridge.stderr()).not.toContain('abcdefghijklmnop');
  });
});

describe('on a unix socket', () => {
  it('a second one does not start, and leaves the first unharmed', async () => {
    await startProcess('bridge', { config }).listening;
    const second = startProcess('bridge', { config });

    expect(await second.ended).toBe(1);
    expect(second.stderr()).toContain('is in use by another process');
    expect((await askSocket(socket, '/v1/images')).status).toBe(200);
  });

  it('answers running requests when it is stopped', async () => {
    crictl.answer('images', { ...NODE.images, delayMs: 500 });
    const bridge = startProcess('bridge', { config });
    await bridge.listening;
    const asked = askSocket(socket, '/v1/images');
    await eventually(() => expect(crictl.calls()).toHaveLength(1));
    bridge.kill('SIGTERM');

    expect((await asked).status).toBe(200);
    expect(await bridge.ended).toBe(0);
  });
});

describe('on a socket that systemd passed', () => {
  it('serves it, whatever bridge_listen says', async () => {
    const socketFd = keptSocket(`${testFolder()}/passed.sock`);
    const bridge = startProcess('bridge', { config, socketFd });
    await bridge.listening;

    expect(bridge.stderr()).toContain('listens on the socket that systemd passed');
    expect(() => statSync(socket)).toThrow('ENOENT');
  });

  it('requests after it was killed wait, and the next one answers them', async () => {
    const path = `${testFolder()}/passed.sock`;
    const socketFd = keptSocket(path);
    const first = startProcess('bridge', { config, socketFd });
    await first.listening;
    first.kill('SIGKILL');
    await first.ended;
    const waiting = askSocket(path, '/v1/images');
    await startProcess('bridge', { config, socketFd }).listening;

    expect((await waiting).status).toBe(200);
  });

  it.each([
    ['TCP without a token', '127.0.0.1', {}, 'bridge_token: expected a token'],
    ['plain text off loopback', '0.0.0.0', { bridge_token: 'abcdefghijklmnop' }, 'bridge_tls_cert'],
  ])('does not serve it as %s', async (_, host, bridge_config, line) => {
    const socketFd = keptTcpSocket(host);
    const bridge = startProcess('bridge', { config: { ...config, bridge_config }, socketFd });

    expect(await bridge.ended).toBe(78);
    expect(bridge.stderr()).toContain(line);
  });

  it('does not pass it to children', async () => {
    const path = `${testFolder()}/passed.sock`;
    crictl.answer('images', { hang: true });
    await startProcess('bridge', { config, socketFd: keptSocket(path) }).listening;
    const leave = new AbortController();
    const asked = askSocket(path, '/v1/images', { signal: leave.signal }).catch(() => 'left');
    await eventually(() => expect(crictl.pids()).toHaveLength(1));
    const inherited = () => statSync(`/proc/${crictl.pids()[0]}/fd/3`);

    expect(inherited).toThrow('ENOENT');
    leave.abort();
    expect(await asked).toBe('left');
  });
});
