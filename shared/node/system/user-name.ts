/** The user of this process, for messages. */
import { userInfo } from 'node:os';

export function userName(): string {
  try {
    return `"${userInfo().username}"`;
  } catch {
    return String(process.getuid?.() ?? 'unknown'); // a user id without an entry in /etc/passwd
  }
}
