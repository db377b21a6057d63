/**
 * Remembers that Harbor refused the login while its lists worked. Each wrong password locks the account for others
 * (docs/harbor.md#wrong-passwords), so it is not sent again immediately.
 */
import type { HarborProblem } from './failure.ts';

/** The state of a process's login. */
export interface Refusals {
  /** A recent refusal. While there is one, a call with the login is not sent and fails. */
  recent(): HarborProblem | undefined;
  /** The last refusal has not been followed by an accepted login, so a retry does not help. */
  isUnresolved(): boolean;
  refused(problem: HarborProblem): void;
  accepted(): void;
  /** Harbor fails altogether, so it refuses every login: refusals from a moment before to a moment after do not count. */
  failing(): void;
}

/** How long a refusal is remembered. */
export const REMEMBERED_MS = 10_000;
/**
 * A login that worked this recently is probably locked for a moment, not wrong. A refusal that is older than
 * this is ignored too: the login may have been accepted since, because only some calls show that.
 */
const TRUSTED_MS = 60_000;
/** A lock lasts 1.5 s. Refusals over a longer time than this, without a pause, mean that the password was changed. */
const LOCKED_MS = 3_000;

/** @param now monotonic clock, milliseconds */
export function createRefusals(now: () => number): Refusals {
  let last: { readonly problem: HarborProblem; readonly atMs: number } | undefined;
  let acceptedAtMs = -Infinity;
  let failingAtMs = -Infinity;
  /** Refusals of a trusted login, each soon after the one before. */
  let streak: { readonly beganAtMs: number; readonly lastAtMs: number } | undefined;

  const isUnresolved = () => last !== undefined && now() - last.atMs < TRUSTED_MS;

  const isTrusted = () => !isUnresolved() && now() - acceptedAtMs < TRUSTED_MS;

  /** Adds a refusal to the streak. @returns how long that has lasted, milliseconds */
  function continueStreak(): number {
    const atMs = now();
    const before = streak !== undefined && atMs - streak.lastAtMs < REMEMBERED_MS ? streak : null;
    streak = { beganAtMs: before?.beganAtMs ?? atMs, lastAtMs: atMs };
    return atMs - streak.beganAtMs;
  }

  return {
    recent: () =>
      last !== undefined && now() - last.atMs < REMEMBERED_MS ? last.problem : undefined,
    isUnresolved,
    refused(problem) {
      if (now() - failingAtMs < REMEMBERED_MS) return;
      if (isTrusted() && continueStreak() < LOCKED_MS) return;
      last = { problem, atMs: now() };
    },
    accepted() {
      last = undefined;
      streak = undefined;
      acceptedAtMs = now();
    },
    failing() {
      last = undefined;
      streak = undefined;
      failingAtMs = now();
    },
  };
}
