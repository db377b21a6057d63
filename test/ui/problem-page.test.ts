import { describe, expect, it } from 'vitest';
import { createFunction } from '../../shared/http/function.ts';
import { mayView } from '../../shared/ui/view-access.ts';
import { Problem } from '../../shared/values/problem.ts';
import { createRouter } from '../support/router.ts';

const HTML = { headers: { accept: 'text/html' } };

describe('the page of a problem', () => {
  it('shows the problem where htmx looks for results, with the request id', async () => {
    const { get } = createRouter({});

    const res = await get('/ui?sort=colour', {
      headers: { ...HTML.headers, 'x-request-id': 'request-1' },
    });

    expect(res.status).toBe(422);
    const html = await res.text();
    expect(html).toMatch(/<div id="results"><section class="notice bad" role="alert">/);
    expect(html).toContain('sort: expected one of');
    expect(html).toContain('<code>request-1</code>');
  });

  it('leads to the page without filters if they are not valid', async () => {
    const { get } = createRouter({});

    const html = await (await get('/ui?sort=colour', HTML)).text();

    expect(html).toMatch(/href="\/ui">Open the page without filters</);
  });

  it('leads to the same page if the problem may pass', async () => {
    const fn = createFunction().get('/ui/harbor', mayView('read'), () => {
      throw new Problem('harbor_timeout', 'Harbor did not answer.');
    });
    const { get } = createRouter({}, { fn });

    const res = await get('/ui/harbor?q=a%26b', HTML);

    expect(res.status).toBe(504);
    expect(await res.text()).toMatch(/href="\/ui\/harbor\?q=a%26b">Try again</);
  });

  it.each([
    ['/ui/nothing', '<a class="button" href="/ui">Go to the start page'],
    ['/ui/artifacts/nothing', '<a class="button" href="/ui/harbor">See what Harbor has'],
  ])('leads from %s, which does not exist, to a page that does', async (path, link) => {
    const { get } = createRouter({});

    const res = await get(path, HTML);

    expect(res.status).toBe(404);
    expect(await res.text()).toContain(link);
  });

  it('marks the entry of the navigation to which the path belongs', async () => {
    const { get } = createRouter({});

    const html = await (await get('/ui/journal/nothing', HTML)).text();

    expect(html).toContain('<a href="/ui/journal" aria-current="page">Journal</a>');
  });
});
