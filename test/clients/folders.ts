/** Where the generators are, and where they write. */
import { fileURLToPath } from 'node:url';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const OPENAPI_DOCUMENT = at('../../functions/openapi-document.json');
/** Not part of the project: made anew by each run. */
export const GENERATED = at('generated');
export const NODE_BIN = at('node_modules/.bin');
/** A virtual environment with the packages of requirements.txt. */
export const PYTHON_BIN = at('.venv/bin');
export const CLIENTS = at('.');
