/** The ignore list in force: the images that the operator does not want to see. */

/** The parsed ignore list. */
export interface IgnoreList {
  /** True if lists leave out this tag of this image. `repository` and `tag` as in crictl's table, `<none>` included. */
  matches(image: IgnorableImage): boolean;
  /** The row because of which lists leave it out; null if they have it. */
  rowThatHides(image: IgnorableImage): IgnoreRow | null;
}

/** A row of the ignore list. */
export interface IgnoreRow {
  /** The line of the file on which it ends; the header is line 1. */
  readonly line: number;
  /** Its values with commas between. */
  readonly text: string;
}

/** The part of an image that a list compares. `id` is the full image id without `sha256:`. */
export interface IgnorableImage {
  readonly id: string;
  readonly repository: string;
  readonly tag: string;
}
