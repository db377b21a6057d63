/** The style sheet and the script of the pages. They are served under a name that contains their hash. */
import { type Asset, uiAssets } from '#ui-assets';

/** Where pages load an asset from. */
export function assetPath({ name }: Asset): string {
  return `/ui/assets/${name}`;
}

/**
 * The asset of a file name. During an update, another process may have named it by another hash, so the hash is not
 * compared: a page then works with the asset of this process.
 * @returns null if there is no such asset
 */
export function findAsset(
  file: string,
): { readonly asset: Asset; readonly isCurrent: boolean } | null {
  const extension = file.slice(file.lastIndexOf('.') + 1);
  const asset = Object.values(uiAssets()).find(({ name }) => name.endsWith(`.${extension}`));
  if (asset === undefined || !/^ui\.[\da-f]+\.(css|js)$/.test(file)) return null;
  return { asset, isCurrent: asset.name === file };
}
