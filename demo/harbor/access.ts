/** Who is calling and what they may do: Harbor's logins, roles and robots. */
import type { Account, Project, Right, Role } from './model.ts';
import type { Registry } from './registry.ts';

/** The caller of one request; null is anonymous, wrong credentials included. */
export type Caller = Account | null;

const READ: readonly Right[] = [
  'project:read',
  'repository:list',
  'repository:read',
  'artifact:list',
  'artifact:read',
  'tag:list',
  'accessory:list',
];
const WRITE: readonly Right[] = [...READ, 'repository:delete', 'artifact:delete', 'tag:delete'];

const ROLE_RIGHTS: Readonly<Record<Role, ReadonlySet<Right>>> = {
  projectAdmin: new Set<Right>([...WRITE, 'project:delete']),
  maintainer: new Set(WRITE),
  developer: new Set(READ),
  guest: new Set(READ),
  limitedGuest: new Set(READ),
};

/** What anybody may do in a public project: to read one repository is not among it. */
const PUBLIC_RIGHTS: ReadonlySet<Right> = new Set<Right>([
  'project:read',
  'repository:list',
  'artifact:list',
  'artifact:read',
  'tag:list',
  'accessory:list',
]);

/** Whether `caller` has `right` on `project` (undefined: there is no such project). */
export function may(caller: Caller, right: Right, project: Project | undefined): boolean {
  if (caller?.kind === 'admin') return true;
  if (project === undefined) return false;
  if (project.public && PUBLIC_RIGHTS.has(right)) return true;
  if (caller === null) return false;
  if (caller.robot !== undefined) {
    const given = right === 'project:read' || caller.robot.rights.includes(right);
    return given && covers(caller, project);
  }
  const role = project.members[caller.name];
  return role !== undefined && ROLE_RIGHTS[role].has(right);
}

/** Whether the project list shows `project` to `caller`. */
export function sees(caller: Caller, project: Project): boolean {
  if (project.public || caller?.kind === 'admin') return true;
  if (caller === null) return false;
  return caller.robot === undefined
    ? project.members[caller.name] !== undefined
    : covers(caller, project);
}

function covers(robot: Account, project: Project): boolean {
  const projects = robot.robot?.projects ?? [];
  return projects === '*' || projects.includes(project.name);
}

/**
 * Tells who is calling. Wrong credentials are not an error in Harbor: the caller is anonymous, but
 * only after `lockMs`, and for that time the account is anonymous with the right password too.
 */
export class Logins {
  readonly #registry: Registry;
  readonly #lockMs: number;
  readonly #lockedUntil = new Map<string, number>();

  constructor(registry: Registry, lockMs: number) {
    this.#registry = registry;
    this.#lockMs = lockMs;
  }

  async identify(authorization: string | undefined): Promise<Caller> {
    const credentials = parseBasic(authorization);
    if (credentials === null) return null;
    const account = this.#registry.accounts.get(credentials.name);
    const right = account !== undefined && account.password === credentials.password;
    if (account?.robot !== undefined || credentials.name.startsWith('robot$')) {
      return right && account?.robot?.disabled !== true ? account : null;
    }
    if ((this.#lockedUntil.get(credentials.name) ?? 0) > Date.now()) return null;
    if (right) return account;
    if (this.#lockMs > 0) {
      this.#lockedUntil.set(credentials.name, Date.now() + this.#lockMs);
      await new Promise((resolve) => setTimeout(resolve, this.#lockMs));
    }
    return null;
  }
}

function parseBasic(authorization: string | undefined): { name: string; password: string } | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
