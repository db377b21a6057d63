/** Vitest's global setup: the tests run what `npm run build` makes of the sources as they are now. */
export { buildProject as setup } from './project.ts';
