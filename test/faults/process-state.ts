/** What the kernel says about a process. */
import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** How many descriptors it has open. */
export function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Its resident memory. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** The most descriptors and memory that it has from now until the test ends, by a look every half second. */
export function peakOf(pid: number): { readonly descriptors: number; readonly mb: number } {
  const peak = { descriptors: 0, mb: 0 };
  const look = setInterval(() => {
    peak.descriptors = Math.max(peak.descriptors, descriptors(pid));
    peak.mb = Math.max(peak.mb, residentMb(pid));
  }, 500);
  onTestFinished(() => clearInterval(look));
  return peak;
}
