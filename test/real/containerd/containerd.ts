/** A real containerd of the tests' own: its state in a temporary folder, its images made here, its containers real. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { type OciImage, ociImage } from './oci-image.ts';

const execute = promisify(execFile);
/** NODE of the CRI's NamespaceMode. */
const HOST_NETWORK = 2;
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.8';
const imageList = z.object({
  images: z.array(z.object({ id: z.string(), repoTags: z.array(z.string()) })),
});

/** Waits until it is ended. With an argument it ends immediately. */
const PROGRAM = `
#include <signal.h>
#include <unistd.h>
static void end(int signal) { (void)signal; _exit(0); }
int main(int count, char **arguments) {
  (void)arguments;
  if (count > 1) return 0;
  signal(SIGTERM, end);
  for (;;) pause();
}
`;

export interface ImageOptions {
  /** Tags of one repository, as full references; none with a `repository` is a digest-only image. */
  readonly names?: readonly string[];
  /** With it the image gets a repository digest as after a pull; without it only its tags. */
  readonly repository?: string;
  readonly title: string;
  readonly architectures?: readonly string[];
}

export interface ContainerOptions {
  readonly name: string;
  /** Default: the container's name. */
  readonly pod?: string;
  readonly image: string;
  /** True if it ends immediately, so that an exited container remains. */
  readonly ends?: boolean;
}

export class Containerd {
  readonly socket: string;
  readonly #folder: string;
  readonly #program: Uint8Array;
  readonly #pods: string[] = [];
  #process: ChildProcess | undefined;

  private constructor(folder: string, program: Uint8Array) {
    this.#folder = folder;
    this.#program = program;
    this.socket = join(folder, 'containerd.sock');
  }

  /** The CRI endpoint, `unix:///…`. The socket is root's, in a folder that everybody may enter. */
  get endpoint(): string {
    return `unix://${this.socket}`;
  }

  /** Starts a containerd that has nothing but the pause image. */
  static async start(): Promise<Containerd> {
    const folder = mkdtempSync(join(tmpdir(), 'image-api-containerd-'));
    await chmod(folder, 0o711);
    // Shims and runc always keep their state here, in spite of `state`.
    mkdirSync('/run/containerd', { recursive: true, mode: 0o711 });
    await writeFile(join(folder, 'program.c'), PROGRAM);
    const program = join(folder, 'program');
    await execute('gcc', ['-static', '-Os', '-s', '-o', program, `${program}.c`]);
    const containerd = new Containerd(folder, await readFile(program));
    await containerd.configure();
    await containerd.launch();
    await containerd.importImage({ names: [PAUSE_IMAGE], title: 'pause' });
    return containerd;
  }

  /** Writes the configuration, which the next launch reads. */
  async configure({ sandboxImage = PAUSE_IMAGE } = {}): Promise<void> {
    await writeFile(
      join(this.#folder, 'config.toml'),
      configuration(this.#folder, { sandboxImage }),
    );
  }

  /** Starts the daemon (again) and returns when it answers. */
  async launch(): Promise<void> {
    const log = openSync(join(this.#folder, 'containerd.log'), 'a');
    const config = join(this.#folder, 'config.toml');
    this.#process = spawn('containerd', ['-c', config], { stdio: ['ignore', log, log] });
    closeSync(log);
    for (let attempt = 0; attempt < 150; attempt += 1) {
      try {
        await this.#crictl('version');
        return;
      } catch {
        // Not yet: the socket or the CRI plugin is still missing.
        await sleep(100);
      }
    }
    throw new Error(`containerd does not answer:\n${this.log()}`);
  }

  /** Ends the daemon; its containers stay. */
  async halt(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Lets the daemon hang: connections are accepted by the kernel and never answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Imports an image made from the options and returns when the CRI lists it. */
  async importImage(options: ImageOptions): Promise<OciImage> {
    const image = ociImage({ ...options, program: this.#program });
    const file = join(this.#folder, 'image.tar');
    await writeFile(file, image.tar);
    await this.#ctrImages('import', file);
    await this.#listed(image.id);
    return image;
  }

  /** Gives an image another name, which has no repository digest, and removes its names. */
  async renameImage(name: string, to: string, names: readonly string[]): Promise<void> {
    await this.#ctrImages('tag', name, to);
    await this.#until(`the CRI knows ${to}`, async () => (await this.#tags()).includes(to));
    await this.forgetImages(names);
  }

  /** Removes names of images, and those images that have no other; their containers go on. */
  async forgetImages(names: readonly string[]): Promise<void> {
    const tags = await this.#tags();
    for (const name of names) if (tags.includes(name)) await this.#ctrImages('rm', name);
    await this.#until(`the CRI knows no ${names.join(', ')}`, async () => {
      const left = await this.#tags();
      return !names.some((name) => left.includes(name));
    });
  }

  /** Runs a container in a pod of its own on the host's network, until it has ended if it `ends`; returns its id. */
  async run({ name, pod = name, image, ends = false }: ContainerOptions): Promise<string> {
    // The uid differs from the name, and the labels are the kubelet's.
    const metadata = { name: pod, uid: `uid-of-${pod}`, namespace: 'real', attempt: 0 };
    const labels = {
      'io.kubernetes.container.name': name,
      'io.kubernetes.pod.name': pod,
      'io.kubernetes.pod.namespace': metadata.namespace,
      'io.kubernetes.pod.uid': metadata.uid,
    };
    const config = {
      metadata,
      labels,
      linux: { security_context: { namespace_options: { network: HOST_NETWORK } } },
    };
    const container = { metadata: { name }, image: { image }, args: ends ? ['end'] : [], labels };
    const [podFile, containerFile] = ['pod.json', 'container.json'].map((file) =>
      join(this.#folder, file),
    ) as [string, string];
    await writeFile(podFile, JSON.stringify(config));
    await writeFile(containerFile, JSON.stringify(container));
    const podId = await this.#crictl('runp', podFile);
    this.#pods.push(podId);
    const containerId = await this.#crictl('create', podId, containerFile, podFile);
    await this.#crictl('start', containerId);
    if (ends) {
      const ended = ['ps', '--all', '--quiet', '--state', 'exited', '--id', containerId];
      await this.#until('the container ends', async () => (await this.#crictl(...ended)) !== '');
    }
    return containerId;
  }

  async removeImage(name: string): Promise<void> {
    await this.#crictl('rmi', name);
  }

  /** Stops a container and removes it. */
  async remove(containerId: string): Promise<void> {
    await this.#crictl('stop', '--timeout', '2', containerId);
    await this.#crictl('rm', containerId);
  }

  /** What containerd has logged. */
  log(): string {
    return readFileSync(join(this.#folder, 'containerd.log'), 'utf8');
  }

  /** Removes the pods, ends the daemon and deletes all that it kept. */
  async close(): Promise<void> {
    for (const podId of this.#pods) {
      await this.#crictl('stopp', podId);
      await this.#crictl('rmp', podId);
    }
    await this.halt();
    rmSync(this.#folder, { recursive: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#process;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill(signal);
    await ended;
  }

  async #ctrImages(...args: readonly string[]): Promise<void> {
    await execute('ctr', ['-a', this.socket, '-n', 'k8s.io', 'images', ...args]);
  }

  /** The tags that the CRI lists. */
  async #tags(): Promise<readonly string[]> {
    const { images } = imageList.parse(JSON.parse(await this.#crictl('images', '-o', 'json')));
    return images.flatMap(({ repoTags }) => repoTags);
  }

  /** What crictl prints. */
  async #crictl(...args: readonly string[]): Promise<string> {
    const globals = ['--timeout', '30s', '--runtime-endpoint', this.endpoint];
    const { stdout } = await execute('crictl', [...globals, ...args]);
    return stdout.trim();
  }

  /** The CRI's own list follows containerd's events, a moment later. */
  async #listed(id: string): Promise<void> {
    await this.#until(`the CRI lists the imported image ${id}`, async () => {
      const { images } = imageList.parse(JSON.parse(await this.#crictl('images', '-o', 'json')));
      return images.some((image) => image.id === `sha256:${id}`);
    });
  }

  async #until(what: string, isReached: () => Promise<boolean>): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (await isReached()) return;
      await sleep(50);
    }
    throw new Error(`waited too long until ${what}:\n${this.log()}`);
  }
}

function configuration(folder: string, { sandboxImage }: { sandboxImage: string }): string {
  return `
version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "${sandboxImage}"
[plugins."io.containerd.grpc.v1.cri".containerd]
  default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
`;
}
