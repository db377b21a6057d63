/** A treemap of bytes by project and repository, as SVG. A table beside it has the same figures. */
import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy';
import { humanSize } from '../../values/size.ts';
import type { RepositorySum } from './candidate-sums.ts';
import { artifactsText } from './policy-texts.ts';

/** Two drawings, of which the style sheet shows the one that fits: text does not scale. */
const DRAWINGS = [
  { name: 'wide', width: 960, tallest: 360, perBox: 80 },
  { name: 'narrow', width: 340, tallest: 380, perBox: 90 },
] as const;
const COLOURS = 6;
/** Average width of a character, and height of a line, at the size that the style sheet sets. */
const CHARACTER = 7.2;
const LINE = 16;
const PADDING = 5;

interface TreeNode {
  readonly name: string;
  readonly sum: RepositorySum | null;
  readonly children?: readonly TreeNode[];
}

/** Nothing if no size is known to be above zero. */
export function Treemap({ sums }: { readonly sums: readonly RepositorySum[] }) {
  const root = treeOf(sums);
  const boxes = sums.filter(({ bytes }) => bytes > 0).length;
  if (boxes === 0) return null;
  return (
    <>
      {DRAWINGS.map(({ name, width, tallest, perBox }) => ({
        name,
        width,
        // A few boxes would be a large, plain area.
        height: Math.min(tallest, boxes * perBox),
      })).map(({ name, width, height }) => (
        <svg
          class={`treemap ${name}`}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label="Bytes by project and repository. The table has the same figures."
        >
          {layOut(root, width, height).map(({ node, colour }) => (
            <Rectangle node={node} colour={colour} />
          ))}
        </svg>
      ))}
    </>
  );
}

function treeOf(sums: readonly RepositorySum[]): TreeNode {
  const projects = [...new Set(sums.map(({ project }) => project))];
  const children = projects.map((project) => ({
    name: project,
    sum: null,
    children: sums
      .filter((sum) => sum.project === project)
      .map((sum) => ({ name: sum.repository ?? '', sum })),
  }));
  return { name: '', sum: null, children };
}

function layOut(tree: TreeNode, width: number, height: number) {
  const root = hierarchy<TreeNode>(tree, ({ children }) => children)
    .sum(({ sum }) => sum?.bytes ?? 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const placed = treemap<TreeNode>()
    .size([width, height])
    .paddingOuter(2)
    .paddingInner(2)
    .paddingTop((node) => (node.depth === 1 ? LINE + PADDING : 0))
    .round(true)(root);
  return (placed.children ?? []).flatMap((project, index) =>
    project.descendants().map((node) => ({ node, colour: index % COLOURS })),
  );
}

function Rectangle({
  node: { x0, y0, x1, y1, data, depth, value = 0 },
  colour,
}: {
  readonly node: HierarchyRectangularNode<TreeNode>;
  readonly colour: number;
}) {
  const [width, height] = [x1 - x0, y1 - y0];
  if (width < 1 || height < 1) return null;
  const { name, sum } = data;
  const size = humanSize(value);
  const title =
    sum === null
      ? `${name}: ${size}`
      : `${[sum.project, sum.repository].filter((part) => part !== null).join('/')}: ${artifactsText(sum.count)}, ${size}`;
  const isProject = depth === 1;
  const last = name.slice(name.lastIndexOf('/') + 1);
  // The first name that fits is shown.
  const names = isProject ? [`${name} ${size}`, name] : [name, last];
  return (
    <g class={isProject ? 'project' : `repository colour-${colour}`}>
      <title>{title}</title>
      <rect x={x0} y={y0} width={width} height={height} rx="3" />
      {textsOf(names, isProject ? null : size, { width, height }).map((line, index) => (
        <text x={x0 + PADDING} y={y0 + LINE * (index + 1)}>
          {line}
        </text>
      ))}
    </g>
  );
}

/** The first name that fits, and the size below it. A size without a name would say nothing. */
function textsOf(
  names: readonly string[],
  size: string | null,
  { width, height }: { readonly width: number; readonly height: number },
): readonly string[] {
  const fits = (line: string) => line.length * CHARACTER + 2 * PADDING <= width;
  const name = names.find((one) => one !== '' && fits(one));
  if (name === undefined) return [];
  const lines = size !== null && fits(size) ? [name, size] : [name];
  return lines.slice(0, Math.floor((height - PADDING) / LINE));
}
