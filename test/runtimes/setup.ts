/** Builds what is deployed; a function past its budget fails here. */
import { execFileSync } from 'node:child_process';
import { ROOT } from './platforms.ts';

export default function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
}
