import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type CrictlConfiguration,
  crictlArgumentLists,
  crictlArguments,
  crictlFinder,
} from '../../bridge/crictl-command.ts';
import type { Host } from '../../bridge/host.ts';
import { testFolder } from '../support/folder.ts';
import { crictlConfig, testHost, writeProgram } from './programs.ts';

describe('crictlArguments', () => {
  it.each([
    [10_000, '9s'],
    [10_500, '10s'],
    [3000, '2s'],
    [2000, '1s'],
    [1999, '1599ms'],
    [100, '80ms'],
    [1, '1ms'],
  ])('with %d ms for the bridge gives crictl less: %s', (timeoutMs, timeout) => {
    expect(crictlArguments('images', { timeoutMs, endpointArgs: [] })).toEqual([
      '--timeout',
      timeout,
      'images',
      '-o',
      'json',
    ]);
  });

  it('has the options that name the runtime before the subcommand', () => {
    const call = { timeoutMs: 10_000, endpointArgs: ['--runtime-endpoint', 'unix:///run/k.sock'] };
    expect(crictlArguments('containers', call).join(' ')).toBe(
      '--timeout 9s --runtime-endpoint unix:///run/k.sock ps -a -o json',
    );
  });
});

describe('crictlArgumentLists', () => {
  const listsOf = (config: Partial<CrictlConfiguration>, host: Host) =>
    crictlArgumentLists(crictlConfig(config), { host, crictlPath: '/usr/bin/crictl' }).map((args) =>
      args.join(' '),
    );

  it('has every call, with the configured endpoint for runtime and images', () => {
    const config = { crictl_runtime_endpoint: 'unix:///run/k.sock' };
    const both = '--runtime-endpoint unix:///run/k.sock --image-endpoint unix:///run/k.sock';
    expect(listsOf(config, testHost(testFolder()))).toEqual([
      `--timeout 9s ${both} images -o json`,
      `--timeout 9s ${both} ps -a -o json`,
      `--timeout 9s ${both} version`,
      `--timeout 9s ${both} imagefsinfo -o json`,
      `--timeout 9s ${both} info -o go-template --template {{.config.sandboxImage}}`,
      expect.stringContaining(`--timeout 9s ${both} inspectp -o go-template --template {{`),
    ]);
  });

  it('has the values of the environment', () => {
    const environment = { CONTAINER_RUNTIME_ENDPOINT: 'unix:///e' };
    expect(listsOf({}, testHost(testFolder(), { environment }))[0]).toBe(
      '--timeout 9s --runtime-endpoint unix:///e images -o json',
    );
  });

  it('has the calls with and without a socket that was found', () => {
    const folder = testFolder();
    const socket = join(folder, 'containerd.sock');
    writeFileSync(socket, '');
    const both = `--runtime-endpoint unix://${socket} --image-endpoint unix://${socket}`;
    const lists = listsOf({}, testHost(folder, { sockets: [socket] }));
    expect(lists).toHaveLength(12);
    expect(lists.filter((args) => args.endsWith(' version'))).toEqual([
      `--timeout 9s ${both} version`,
      '--timeout 9s version',
    ]);
  });
});

describe('crictlFinder', () => {
  it('finds the first on the PATH, then in the known folders', () => {
    const folder = testFolder();
    const known = join(folder, 'known');
    mkdirSync(known);
    const host = testHost(folder, { crictlFolders: [known] });
    const finder = crictlFinder(crictlConfig(), host);
    expect(finder.find()).toBeNull();

    const off = writeProgram(known, 'crictl', 'true');
    expect(finder.find()).toBe(off);
    const on = writeProgram(folder, 'crictl', 'true');
    expect(crictlFinder(crictlConfig(), host).find()).toBe(on);
  });

  it('finds it again when it has moved', () => {
    const folder = testFolder();
    const known = join(folder, 'known');
    mkdirSync(known);
    const finder = crictlFinder(crictlConfig(), testHost(folder, { crictlFolders: [known] }));
    const first = writeProgram(folder, 'crictl', 'true');
    expect(finder.find()).toBe(first);

    rmSync(first);
    const second = writeProgram(known, 'crictl', 'true');
    expect(finder.find()).toBe(second);
  });

  it('keeps a symlink, because k3s depends on the name that it is called by', () => {
    const folder = testFolder();
    symlinkSync(writeProgram(folder, 'k3s', 'true'), join(folder, 'crictl'));
    expect(crictlFinder(crictlConfig(), testHost(folder)).find()).toBe(join(folder, 'crictl'));
  });

  it('skips folders and files that are not executable', () => {
    const folder = testFolder();
    const other = join(folder, 'other');
    mkdirSync(join(folder, 'crictl'));
    mkdirSync(other);
    chmodSync(writeProgram(other, 'crictl', 'true'), 0o644);
    const host = testHost(folder, { crictlFolders: [other] });
    expect(crictlFinder(crictlConfig(), host).find()).toBeNull();
  });

  it('uses a configured path and no other', () => {
    const folder = testFolder();
    writeProgram(folder, 'crictl', 'true');
    const crictl_path = join(folder, 'mine');
    const finder = crictlFinder(crictlConfig({ crictl_path }), testHost(folder));
    expect(() => finder.get()).toThrow(`crictl_path names ${crictl_path}, which does not exist`);

    writeProgram(folder, 'mine', 'true');
    expect(finder.get()).toBe(crictl_path);
  });

  it('says where it searched and what to do when there is none', () => {
    const finder = crictlFinder(crictlConfig(), testHost(testFolder()));
    expect(() => finder.get()).toThrow(/neither on the PATH.*set crictl_config\.crictl_path/);
  });
});
