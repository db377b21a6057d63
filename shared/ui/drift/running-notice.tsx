/** The fate of the running images if their nodes were lost: the first thing to know about drift. */
import type { DriftRow } from '../../domain/drift/drift-answer.ts';
import { containerText } from '../../domain/images/container-use.ts';
import type { FunctionContext } from '../../http/function.ts';
import { Notice } from '../parts/notices.tsx';
import { nodeAddress } from '../view/links.ts';
import { linkWith } from '../view/view-list.ts';
import { isDrifted } from './drift-statuses.ts';
import { imageNameText } from './image-name-text.ts';

interface RunningNoticeProps {
  readonly c: FunctionContext;
  /** All images that were compared. */
  readonly rows: readonly DriftRow[];
  /** True if all nodes and all images could be read. */
  readonly isComplete: boolean;
}

/** How many images, and how many nodes of each, the notice names. */
const MAX_NAMED = 5;

export function RunningNotice({ c, rows, isComplete }: RunningNoticeProps) {
  const running = rows.filter((row) => row.running);
  const lost = running.filter(({ status }) => status === 'gone');
  const replaced = running.filter(({ digest_gone }) => digest_gone === true);
  const unknown = running.filter(({ status }) => status === 'unknown');
  const further = (
    <>
      {replaced.length > 0 && (
        <p>
          <a href={linkWith(c, { ...ONLY, status: 'tag_moved' })}>{images(replaced.length)}</a>{' '}
          would come back as another image: the tag has moved, and Harbor no longer has the digest.
        </p>
      )}
      {unknown.length > 0 && (
        <p>
          <a href={linkWith(c, { ...ONLY, status: 'unknown' })}>{images(unknown.length)}</a> could
          not be compared, and may be lost too.
        </p>
      )}
    </>
  );
  if (lost.length > 0) {
    const title = `${images(lost.length)} would be lost with ${lost.length === 1 ? 'its node' : 'their nodes'}: Harbor no longer has ${lost.length === 1 ? 'it' : 'them'}.`;
    return (
      <Notice kind="bad" title={title}>
        <ul>
          {lost.slice(0, MAX_NAMED).map((row) => (
            <LostImage row={row} />
          ))}
        </ul>
        <p>
          <a href={linkWith(c, { ...ONLY, status: 'gone' })}>Show only these</a>. Push them to
          Harbor again before a node is drained or replaced.
        </p>
        {further}
      </Notice>
    );
  }
  // The page says then that nothing was compared.
  if (isComplete && rows.length === 0) return null;
  const isSure = isComplete && unknown.length === 0;
  if (isSure && !rows.some(isDrifted)) return <Notice kind="ok" title="Nothing has drifted." />;
  return (
    <Notice
      kind={isSure && replaced.length === 0 ? 'ok' : 'warn'}
      title={
        isSure
          ? 'No running image would be lost with its node.'
          : 'No running image is known to be at risk, but not everything could be compared.'
      }
    >
      {further}
    </Notice>
  );
}

/** The changes that the links make to the address: they keep node and namespace. */
const ONLY = { running: true, q: null, page: null };

function images(count: number): string {
  return count === 1 ? '1 running image' : `${count} running images`;
}

function LostImage({ row }: { readonly row: DriftRow }) {
  const { nodes, containers } = row;
  const user = containers.find(({ state }) => state === 'running');
  return (
    <li>
      <strong>{imageNameText(row)}</strong>
      {nodes.length === 1 ? ', only on ' : ', on '}
      {nodes.slice(0, MAX_NAMED).map((node, index) => (
        <>
          {index > 0 && ', '}
          <a href={nodeAddress(node)}>{node}</a>
        </>
      ))}
      {nodes.length > MAX_NAMED && ` and ${nodes.length - MAX_NAMED} more`}
      {user !== undefined && `, used by ${containerText(user)}`}
    </li>
  );
}
