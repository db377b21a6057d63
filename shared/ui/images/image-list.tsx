/** The images of a host with their filters, for the pages of this host and of a node. */
import type { FunctionContext } from '../../http/function.ts';
import { SelectField } from '../parts/fields.tsx';
import { FilterForm, Pager, Results } from '../parts/list-parts.tsx';
import { Empty } from '../parts/notices.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { linkWith, viewRows } from '../view/view-list.ts';
import { ImageTable } from './image-table.tsx';
import { keptImages, type ViewImage, type ViewImagesQuery, viewImageList } from './view-images.ts';

interface ImageListProps {
  readonly c: FunctionContext;
  /** The name of what the table lists. */
  readonly label: string;
  /** The ignored ones too. */
  readonly images: readonly ViewImage[];
  readonly query: ViewImagesQuery;
}

export function ImageList({ c, label, images, query }: ImageListProps) {
  const list = viewRows(keptImages(images, query), viewImageList, query);
  const ignored = images.filter(({ ignored_by }) => ignored_by !== null).length;
  return (
    <>
      <FilterForm c={c} search="Image">
        <SelectField c={c} name="in_use" label="Use" options={USES} />
        <SelectField c={c} name="pinned" label="Pinned" options={PINS} />
        <SelectField c={c} name="ignored" label="Ignored" options={ignoredOptions(ignored)} />
      </FilterForm>
      <Results>
        <Pager c={c} list={list} />
        {list.rows.length > 0 && (
          <p class="small">
            An image has a line for each of its tags.{' '}
            <span class="bars-legend">Bars compare each size with the largest.</span>
            {query.ignored === undefined && ignored > 0 && ` Ignored lines, hidden: ${ignored}.`}
          </p>
        )}
        {query.ignored !== undefined && list.rows.length > 0 && (
          <p class="small">
            The file in <code>ignore_file_path</code> (on edge runtimes, <code>IGNORE_LIST</code>)
            says which images are ignored. Each of them shows the line that hides it elsewhere.
          </p>
        )}
        {isPastEnd(list) ? (
          <PastEnd c={c} />
        ) : list.rows.length === 0 ? (
          <NoImages c={c} all={images.length} ignored={query.ignored === undefined ? ignored : 0} />
        ) : (
          <ImageTable
            c={c}
            label={label}
            rows={list.rows}
            largest={Math.max(0, ...list.rows.map(({ size_bytes }) => size_bytes ?? 0))}
          />
        )}
      </Results>
    </>
  );
}

const USES = [
  ['', 'All'],
  ['true', 'Used by a container'],
  ['false', 'Used by no container'],
] as const;
const PINS = [
  ['', 'All'],
  ['true', 'Pinned'],
  ['false', 'Not pinned'],
] as const;

function ignoredOptions(count: number) {
  return [
    ['', `Hide (${count})`],
    ['true', 'Show them too'],
    ['only', 'Show only them'],
  ] as const;
}

interface NoImagesProps {
  readonly c: FunctionContext;
  readonly all: number;
  /** How many more there would be. */
  readonly ignored: number;
}

function NoImages({ c, all, ignored }: NoImagesProps) {
  if (all === 0) return <Empty title="There are no images." />;
  return (
    <Empty title="No image matches.">
      <p>
        <a href={c.req.path}>Show all images</a>
        {ignored > 0 && (
          <>
            {' '}
            or{' '}
            <a href={linkWith(c, { ignored: 'true', page: null })}>search the ignored ones too</a>
          </>
        )}
      </p>
    </Empty>
  );
}
