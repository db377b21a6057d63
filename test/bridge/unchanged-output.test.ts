import { expect, it, onTestFinished } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { crictlConfig, keepingLogger } from './programs.ts';

const imagesOf = (id: string) => ({ stdout: JSON.stringify({ images: [{ id }] }) });

function bridgeOver(first: { readonly stdout: string }) {
  const crictl = fakeCrictl({ images: first });
  onTestFinished(crictl.cleanup);
  const crictl_config = crictlConfig({ crictl_path: crictl.path, crictl_sudo: false });
  const bridge = createCrictlBridge({ crictl_config, logger: keepingLogger() });
  return { crictl, list: async () => (await bridge.images({ fresh: true })).rows };
}

it('the rows of a later run are the same while crictl prints the same', async () => {
  const { crictl, list } = bridgeOver(imagesOf('one'));
  const first = await list();
  const same = await list();
  crictl.answer('images', imagesOf('two'));
  const changed = await list();

  expect(same).toBe(first);
  expect(changed).toMatchObject([{ id: 'two' }]);
  expect(crictl.calls()).toHaveLength(3);
});

it('output that cannot be read does not leave the rows from before', async () => {
  const { crictl, list } = bridgeOver(imagesOf('one'));
  await list();
  crictl.answer('images', { stdout: 'nonsense' });

  await expect(list()).rejects.toMatchObject({ code: 'crictl_bad_output' });
});
