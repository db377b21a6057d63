/** The rights of a caller: Harbor's roles and robots. */
import type { Account, Project, Right, Role } from './model.ts';

/** The caller of a request. Null: anonymous, also with wrong credentials. */
export type Login = Account | null;

const READ: readonly Right[] = [
  'project:read',
  'repository:list',
  'repository:read',
  'artifact:list',
  'artifact:read',
  'tag:list',
  'accessory:list',
];
const WRITE: readonly Right[] = [
  ...READ,
  'repository:delete',
  'artifact:delete',
  'tag:delete',
  'immutable-tag:list',
];

const ROLE_RIGHTS: Readonly<Record<Role, ReadonlySet<Right>>> = {
  projectAdmin: new Set<Right>([...WRITE, 'project:delete']),
  maintainer: new Set(WRITE),
  developer: new Set(READ),
  guest: new Set(READ),
  limitedGuest: new Set(READ),
};

/** The rights of everyone in a public project. The right to read one repository is not among them. */
const PUBLIC_RIGHTS: ReadonlySet<Right> = new Set<Right>([
  'project:read',
  'repository:list',
  'artifact:list',
  'artifact:read',
  'tag:list',
  'accessory:list',
]);

/** Tells whether `caller` has `right` on `project` (undefined: there is no such project). */
export function may(caller: Login, right: Right, project: Project | undefined): boolean {
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

/** Tells whether the project list shows `project` to `caller`. */
export function sees(caller: Login, project: Project): boolean {
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
