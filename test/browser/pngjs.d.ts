/** What the tests use of pngjs, which has no types. */
declare module 'pngjs' {
  export class PNG {
    constructor(options: { readonly width: number; readonly height: number });
    readonly width: number;
    readonly height: number;
    readonly data: Buffer;
    static readonly sync: {
      read(file: Buffer): PNG;
      write(
        image: PNG,
        options?: Readonly<
          Record<'colorType' | 'deflateLevel' | 'deflateStrategy' | 'filterType', number>
        >,
      ): Buffer;
    };
  }
}
