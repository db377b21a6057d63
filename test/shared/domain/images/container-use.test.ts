import { describe, expect, it } from 'vitest';
import { containerText, containerUse } from '../../../../shared/domain/images/container-use.ts';
import { containerRow } from '../../../support/host-rows.ts';

describe('containerUse', () => {
  it('has pod, container and the state in lower case', () => {
    const container = containerRow({ pod: 'web-7d9f', namespace: 'shop', name: 'app' });
    expect(containerUse(container)).toEqual({
      namespace: 'shop',
      pod: 'web-7d9f',
      container: 'app',
      state: 'running',
    });
  });

  it('has the id of a container without a name', () => {
    expect(containerUse(containerRow({ name: '' })).container).toBe('ccccccccccccc');
  });
});

describe('containerText', () => {
  it('names the pod without its namespace if only that is unknown', () => {
    const use = containerUse(containerRow({ pod: 'web-7d9f', namespace: null, name: 'app' }));
    expect(containerText(use)).toBe('web-7d9f (container app, running)');
  });
});
