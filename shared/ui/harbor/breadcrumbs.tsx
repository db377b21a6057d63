/** The way to a thing in Harbor: project, repository, artifact. */
import { HARBOR_PAGE, projectAddress, repositoryAddress } from '../links.ts';

interface BreadcrumbsProps {
  readonly project?: string;
  readonly repository?: string;
  /** The artifact by its tag or digest. */
  readonly reference?: string;
}

/** The last one given is where the page is. */
export function Breadcrumbs({ project, repository, reference }: BreadcrumbsProps) {
  const steps: [text: string, href: string | undefined][] = [['Harbor', HARBOR_PAGE]];
  if (project !== undefined) {
    steps.push([project, projectAddress(project)]);
    if (repository !== undefined) {
      steps.push([repository, repositoryAddress({ project, repository })]);
    }
  }
  if (reference !== undefined) steps.push([reference, undefined]);
  return (
    <nav class="breadcrumbs" aria-label="Place in Harbor">
      <ol>
        {steps.map(([text, href], index) => (
          <li>
            {index === steps.length - 1 ? (
              <span aria-current="location">{text}</span>
            ) : (
              <a href={href}>{text}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
