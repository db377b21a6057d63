/** The part of pino-roll 4 that the log uses; the package brings no types. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  export interface RollOptions {
    readonly file: string;
    /** A number and its unit: `k`, `m` or `g`. */
    readonly size?: string;
    readonly symlink?: boolean;
    /** `removeOtherLogFiles`: files of other processes count too, and the one in use as well. */
    readonly limit?: { readonly count: number; readonly removeOtherLogFiles?: boolean };
    /** Options of sonic-boom. */
    readonly sync?: boolean;
    readonly mkdir?: boolean;
    readonly maxLength?: number;
  }

  /** A sonic-boom stream. Events: `write` (bytes), `drop` (line), `error`, `close`. */
  export interface RollDestination extends EventEmitter {
    readonly destroyed: boolean;
    write(line: string): boolean;
    end(): void;
    destroy(): void;
  }

  export default function roll(options: RollOptions): Promise<RollDestination>;
}
