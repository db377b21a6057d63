/**
 * A client of a container runtime's CRI socket, for the tests only: one unary call at a time, by
 * the names and numbers of runtime.proto.
 */
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

export type CriService = 'ImageService' | 'RuntimeService';

/** A failed call, in the words that Go's gRPC (and so crictl) uses for it. */
export class CriError extends Error {
  override readonly name = 'CriError';
}

const DIAL_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ECONNREFUSED: 'connection refused',
};

const services = loadSync(fileURLToPath(new URL('./runtime.proto', import.meta.url)), {
  longs: String,
  enums: String,
  defaults: true,
});

/** The description of a service, for clients and for servers. */
export function criService(name: CriService): ServiceDefinition {
  return services[`runtime.v1.${name}`] as ServiceDefinition;
}

/** A connection to the CRI socket at `endpoint` (`unix:///run/…` or a path). Every wait ends after `timeoutMs`. */
export class Cri {
  readonly #client: grpc.Client;
  readonly #path: string;
  readonly #timeoutMs: number;

  constructor(endpoint: string, timeoutMs: number) {
    this.#path = endpoint.replace(/^unix:\/\//, '');
    this.#timeoutMs = timeoutMs;
    this.#client = new grpc.Client(`unix://${this.#path}`, grpc.credentials.createInsecure());
  }

  /** Waits until the runtime speaks gRPC. Throws `CriError`. */
  async ready(): Promise<void> {
    await this.#dial();
    await new Promise<void>((resolve, reject) => {
      this.#client.waitForReady(Date.now() + this.#timeoutMs, (error) =>
        error
          ? reject(
              new CriError(
                'rpc error: code = DeadlineExceeded desc = context deadline exceeded while waiting for connections to become ready',
              ),
            )
          : resolve(),
      );
    });
  }

  /** One call; messages have camelCase fields, 64-bit numbers and enums are strings. Throws `CriError`. */
  async call(service: CriService, method: string, request: object = {}): Promise<unknown> {
    const definition = criService(service)[method];
    if (definition === undefined) throw new TypeError(`runtime.proto has no ${service}.${method}`);
    return await new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        definition.path,
        definition.requestSerialize,
        definition.responseDeserialize,
        request,
        new grpc.Metadata(),
        { deadline: Date.now() + this.#timeoutMs },
        (error, answer) => (error ? reject(criError(error)) : resolve(answer)),
      );
    });
  }

  close(): void {
    this.#client.close();
  }

  /** grpc-js hides the system's error behind its own words, so the socket is tried first. */
  async #dial(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(this.#path, () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        const reason = DIAL_ERRORS[error.code ?? ''] ?? error.message;
        reject(
          new CriError(
            `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${this.#path}: connect: ${reason}"`,
          ),
        );
      });
    });
  }
}

function criError(error: grpc.ServiceError): CriError {
  if (error.code === grpc.status.DEADLINE_EXCEEDED) {
    return new CriError('rpc error: code = DeadlineExceeded desc = context deadline exceeded');
  }
  const code = (grpc.status[error.code] ?? 'UNKNOWN')
    .toLowerCase()
    .replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return new CriError(`rpc error: code = ${code} desc = ${error.details}`);
}
