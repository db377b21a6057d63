/** Makes small OCI images as layout tars, for `ctr images import`. */
import { createHash } from 'node:crypto';
import { type TarFile, tar } from './tar.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export interface OciImageOptions {
  /** Full references (`host:port/a/b:tag`) of one repository; none gives an image without a tag. */
  readonly names?: readonly string[];
  /** With it the image is also named by its digest, as after a pull. (containerd 2's `ctr` uses another for `--digests`.) */
  readonly repository?: string;
  /** The one program in the image: its entry point. */
  readonly program: Uint8Array;
  /** Ends in a label, so that two images differ. */
  readonly title: string;
  /** More than one gives an index; `amd64` is what the test machine runs. */
  readonly architectures?: readonly string[];
}

export interface OciImage {
  readonly tar: Buffer;
  /** Config digest of the first architecture: the image id on containerd, without `sha256:`. */
  readonly id: string;
  /** Digest of the index or, for one architecture, of the manifest: what a registry names. */
  readonly digest: string;
  /** Digests of the manifests, by architecture. */
  readonly manifests: Readonly<Record<string, string>>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** Builds the image; the same options give the same digests. */
export function ociImage(options: OciImageOptions): OciImage {
  const { architectures = ['amd64'], names = [], repository, title } = options;
  const files = new Map<string, TarFile>();
  const store = (mediaType: string, content: Uint8Array): Descriptor => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    files.set(digest, { name: `blobs/${digest.replace(':', '/')}`, content });
    return { mediaType, digest, size: content.length };
  };

  const layer = store(
    'application/vnd.oci.image.layer.v1.tar',
    tar([{ name: 'program', content: options.program, mode: 0o755 }]),
  );
  const built = architectures.map((architecture) => {
    const config = store(
      'application/vnd.oci.image.config.v1+json',
      json({
        architecture,
        os: 'linux',
        config: {
          Entrypoint: ['/program'],
          Labels: { 'org.opencontainers.image.title': title },
        },
        rootfs: { type: 'layers', diff_ids: [layer.digest] },
      }),
    );
    const manifest = store(
      MANIFEST,
      json({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }),
    );
    return { config, manifest: { ...manifest, platform: { os: 'linux', architecture } } };
  });

  const [first] = built;
  if (first === undefined) throw new TypeError('an image needs an architecture');
  const manifests = built.map((one) => one.manifest);
  const top =
    built.length === 1
      ? first.manifest
      : store(INDEX, json({ schemaVersion: 2, mediaType: INDEX, manifests }));
  const byDigest = repository === undefined ? [] : [`${repository}@${top.digest}`];
  const named = [...names, ...byDigest].map((name) => ({
    ...top,
    annotations: { 'io.containerd.image.name': name },
  }));
  const index = { schemaVersion: 2, manifests: named.length > 0 ? named : [top] };
  return {
    tar: tar([
      { name: 'oci-layout', content: json({ imageLayoutVersion: '1.0.0' }) },
      { name: 'index.json', content: json(index) },
      ...files.values(),
    ]),
    id: first.config.digest.slice('sha256:'.length),
    digest: top.digest,
    manifests: Object.fromEntries(
      manifests.map((manifest) => [manifest.platform.architecture, manifest.digest]),
    ),
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
