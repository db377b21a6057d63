/** The receipt of a deletion: what it did. */
import type { FunctionContext } from '../../http/function.ts';
import { Facts } from '../parts/facts.tsx';
import { Notice } from '../parts/notices.tsx';
import { Copied, Size, Time } from '../parts/values.tsx';
import { artifactAddress, repositoryAddress } from '../view/links.ts';
import { JournalLink } from './journal-link.tsx';
import type { Receipt } from './receipt.ts';

interface ReceiptViewProps {
  readonly c: FunctionContext;
  readonly receipt: Receipt;
}

export function ReceiptView({ c, receipt }: ReceiptViewProps) {
  const { project, repository, digest, tagOnly, requestId } = receipt;
  return (
    <>
      <Notice kind="ok" title={tagOnly ? 'The tag was removed.' : 'The artifact was deleted.'}>
        <p>
          {tagOnly
            ? 'The artifact and its other tags are kept.'
            : 'Harbor’s next garbage collection frees its space.'}
        </p>
      </Notice>
      <Facts
        facts={[
          ['Repository', `${project}/${repository}`],
          [tagOnly ? 'Tag' : 'Tags', tagsText(receipt)],
          ['Digest', <Copied text={digest} what="digest" />],
          ...(tagOnly
            ? []
            : ([
                ['Children', receipt.children],
                ['Accessories', receipt.accessories],
                ['Size', <Size bytes={receipt.sizeBytes} />],
              ] as const)),
          ['Time', <Time at={receipt.at} />],
          ['Request', <Copied text={requestId} what="request id" />],
        ]}
      />
      <JournalLink c={c} requestId={requestId} />
      {tagOnly && (
        <p>
          <a href={artifactAddress({ project, repository, reference: digest })}>
            Open the artifact
          </a>
        </p>
      )}
      <p>
        <a href={repositoryAddress({ project, repository })}>See what the repository has now</a>
      </p>
      <p>
        <a href="/ui/unused">See all unused artifacts</a>
      </p>
    </>
  );
}

/** `team/web:v1`, or with the beginning of the digest: what the page is about. */
export function deletedName({
  project,
  repository,
  reference,
  digest,
  firstTags,
}: Receipt): string {
  const [tag] = reference === digest ? firstTags : [reference];
  return `${project}/${repository}${tag === undefined ? `@${digest.slice(0, 19)}` : `:${tag}`}`;
}

function tagsText({ reference, tagOnly, firstTags, tags }: Receipt): string {
  if (tagOnly) return reference;
  const more = tags - firstTags.length;
  if (firstTags.length === 0) return 'none (untagged)';
  return `${firstTags.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
