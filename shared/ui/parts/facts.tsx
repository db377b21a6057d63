/** Terms and their values: in rows for details, side by side for the figures of a page. */
import type { Child } from 'hono/jsx';

interface FactsProps {
  /** Term and value. */
  readonly facts: readonly (readonly [term: string, value: Child])[];
}

/** The details of one thing. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl class="facts">
      {facts.map(([term, value]) => (
        <>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

/** The few figures that sum up a page. */
export function Figures({ facts }: FactsProps) {
  return (
    <dl class="figures">
      {facts.map(([term, value]) => (
        <div>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
