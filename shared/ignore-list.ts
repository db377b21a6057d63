/** STUB type, being implemented. */
import type { HostImage } from './bridge.ts';

/** The parsed ignore list. */
export interface IgnoreList {
  /** Whether this tag of this image is left out of the lists. `repository`/`tag` as in the table, `<none>` included. */
  matches(image: { readonly id: string; readonly repository: string; readonly tag: string }): boolean;
}
export type IgnorableImage = Pick<HostImage, 'id'>;
