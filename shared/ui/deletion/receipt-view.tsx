/** What a deletion did. */
import type { FunctionContext } from '../../http/function.ts';
import { artifactAddress, repositoryAddress } from '../links.ts';
import { Facts } from '../parts/facts.tsx';
import { Notice } from '../parts/notices.tsx';
import { Copied, Size, Time } from '../parts/values.tsx';
import { JournalLink } from './journal-link.tsx';
import type { Receipt } from './receipt.ts';

interface ReceiptViewProps {
  readonly c: FunctionContext;
  readonly receipt: Receipt;
}

export function ReceiptView({ c, receipt }: ReceiptViewProps) {
  const { project, repository, reference, digest, tagOnly, requestId } = receipt;
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
          ['Reference', reference],
          ['Digest', <Copied text={digest} what="digest" />],
          ...(tagOnly
            ? []
            : ([
                ['Tags', receipt.tags],
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
    </>
  );
}
