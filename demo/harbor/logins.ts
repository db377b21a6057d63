/** Harbor's logins, with the lock that a wrong password puts on an account. */
import type { Login } from './access.ts';
import type { Clock } from './clock.ts';
import type { Registry } from './registry.ts';

/** How long a wrong password takes, and how long it locks its account. */
export const LOGIN_LOCK_MS = 1500;

/**
 * Finds out who is calling. Wrong credentials are not an error in Harbor: the caller is anonymous,
 * but only after `lockMs`, and for that time the account is anonymous with the right password too,
 * without any wait. The lock is taken before the wait, so both end together.
 */
export class Logins {
  readonly #registry: Registry;
  readonly #lockMs: number;
  readonly #clock: Clock;
  readonly #lockedUntil = new Map<string, number>();

  constructor(registry: Registry, options: { readonly lockMs: number; readonly clock: Clock }) {
    this.#registry = registry;
    this.#lockMs = options.lockMs;
    this.#clock = options.clock;
  }

  /** The account after someone used a wrong password. */
  lock(name: string, lockMs: number): void {
    this.#lockedUntil.set(name, this.#clock.now() + lockMs);
  }

  async identify(authorization: string | undefined): Promise<Login> {
    const credentials = parseBasic(authorization);
    if (credentials === null) return null;
    const account = this.#registry.accounts.get(credentials.name);
    const right = account !== undefined && account.password === credentials.password;
    // Robots are checked first and cannot be locked. A wrong secret of a robot is then tried as a user's password.
    if (right && account.robot !== undefined && account.robot.disabled !== true) return account;
    if (this.#isLocked(credentials.name)) return null;
    if (right && account.robot === undefined) return account;
    if (this.#lockMs > 0) {
      this.lock(credentials.name, this.#lockMs);
      await this.#clock.sleep(this.#lockMs);
    }
    return null;
  }

  #isLocked(name: string): boolean {
    return (this.#lockedUntil.get(name) ?? 0) > this.#clock.now();
  }
}

function parseBasic(authorization: string | undefined): { name: string; password: string } | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
