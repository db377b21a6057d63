/** Counts that filter a list: each is a link that chooses its rows. */
import type { Child } from 'hono/jsx';

interface Choice {
  readonly count: number;
  readonly name: Child;
  /** A few words below. */
  readonly text?: Child;
  /** Undefined: it cannot be chosen. */
  readonly href: string | undefined;
  readonly isCurrent: boolean;
}

interface ChoicesProps {
  /** For screen readers: what is chosen. */
  readonly label: string;
  readonly choices: readonly Choice[];
}

export function Choices({ label, choices }: ChoicesProps) {
  return (
    <nav class="choices" aria-label={label}>
      <ul>
        {choices.map(({ count, name, text, href, isCurrent }) => (
          <li>
            <a href={href} aria-current={isCurrent ? 'true' : undefined}>
              <strong>{count}</strong> {name}
              {text !== undefined && <small>{text}</small>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
