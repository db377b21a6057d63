/** A headless Chromium for the tests of a file, and pages that record everything that a user should not see. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/** Screens that the pages are made for. */
export const WIDE = { width: 1280, height: 900 } as const;
export const PHONE = { width: 390, height: 844 } as const;

const ARGUMENTS = [
  // The same pixels on each machine.
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
  // Containers have a small /dev/shm.
  '--disable-dev-shm-usage',
];

export interface OpenOptions extends BrowserContextOptions {
  /** The address of the service. Requests to any other are recorded. */
  readonly baseURL: string;
  /** Statuses of answers that the test expects beside those below 400. */
  readonly expectedStatuses?: readonly number[];
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors in the console, violations of the CSP, dialogs, requests that failed, and requests to other origins. */
  readonly complaints: string[];
}

/** Starts Chromium before the tests of a file, and ends it after them. */
export function useChromium(): (options: OpenOptions) => Promise<OpenedPage> {
  let started: Browser | null = null;
  beforeAll(async () => {
    // Root, as in CI, has no sandbox.
    const args = process.getuid?.() === 0 ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS;
    started = await chromium.launch({ executablePath: chromiumPath(), args });
  });
  afterAll(() => started?.close());
  return async ({ expectedStatuses = [], ...options }) => {
    if (started === null) throw new Error('Chromium is not running');
    const context = await started.newContext({
      viewport: WIDE,
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(40_000);
    onTestFinished(() => context.close());
    const complaints: string[] = [];
    await reportViolations(context, complaints);
    context.on('page', (page) => watch(page, { complaints, expectedStatuses, ...options }));
    return { page: await context.newPage(), context, complaints };
  };
}

/** @throws Error that names the package to install */
export function chromiumPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const named = process.env['CHROMIUM'];
  const candidates =
    named === undefined ? folders.map((folder) => join(folder, 'chromium')) : [named];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    named === undefined
      ? 'There is no chromium on the PATH. Install it (apt-get install chromium fonts-dejavu-core), or set CHROMIUM.'
      : `CHROMIUM names ${named}, which is not executable.`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // that is the answer
  }
}

async function reportViolations(context: BrowserContext, complaints: string[]): Promise<void> {
  await context.exposeFunction('reportViolation', (what: string) => complaints.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, blockedURI, sourceFile, lineNumber } = event;
      const what = `CSP: ${violatedDirective} ${blockedURI} (${sourceFile}:${lineNumber})`;
      (window as unknown as { reportViolation(what: string): void }).reportViolation(what);
    });
  });
}

interface Watching {
  readonly complaints: string[];
  readonly baseURL: string;
  readonly expectedStatuses: readonly number[];
}

function watch(page: Page, { complaints, baseURL, expectedStatuses }: Watching): void {
  const { origin } = new URL(baseURL);
  page.on('console', (message) => {
    const text = message.text();
    const isExpected = expectedStatuses.some((status) => text.includes(`a status of ${status} `));
    if (['error', 'warning'].includes(message.type()) && !isExpected)
      complaints.push(`console: ${text}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && asked !== origin) complaints.push(`elsewhere: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const failure = request.failure()?.errorText ?? '';
    // A newer filter and a next page abort what they replace.
    if (failure !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${failure}`);
  });
  page.on('response', (response) => {
    const status = response.status();
    if (status >= 400 && !expectedStatuses.includes(status))
      complaints.push(`status ${status}: ${response.url()}`);
  });
}
