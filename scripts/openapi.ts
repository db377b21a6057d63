/** `npm run openapi`: writes functions/openapi-document.json. A test fails if the file is not current. */
import { readFile, writeFile } from 'node:fs/promises';
import { openapiDocument } from './openapi/document.ts';

const read = (name: string) => readFile(new URL(`../${name}`, import.meta.url), 'utf8');
const { version } = JSON.parse(await read('package.json')) as { version: string };
const text = `${JSON.stringify(openapiDocument(version), null, 1)}\n`;
await writeFile(new URL('../functions/openapi-document.json', import.meta.url), text);
