/** Vitest's global setup: generates both clients from the OpenAPI document, as a user does. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { GENERATED, NODE_BIN, OPENAPI_DOCUMENT, PYTHON_BIN } from './folders.ts';

export function setup(): void {
  for (const program of [`${NODE_BIN}/openapi-typescript`, `${PYTHON_BIN}/openapi-python-client`]) {
    if (existsSync(program)) continue;
    throw new Error(`${program} is missing: .ci/run installs the generators`);
  }
  rmSync(GENERATED, { recursive: true, force: true });
  mkdirSync(GENERATED);
  const typescript = [OPENAPI_DOCUMENT, '--output', `${GENERATED}/schema.d.ts`];
  execFileSync(`${NODE_BIN}/openapi-typescript`, typescript, { stdio: 'pipe' });
  const python = ['generate', '--path', OPENAPI_DOCUMENT, '--meta', 'none', '--fail-on-warning'];
  execFileSync(
    `${PYTHON_BIN}/openapi-python-client`,
    [...python, '--output-path', `${GENERATED}/image_api_client`],
    // Its last step formats the client with ruff of the same folder.
    { stdio: 'pipe', env: { ...process.env, PATH: `${PYTHON_BIN}:${process.env['PATH']}` } },
  );
}
