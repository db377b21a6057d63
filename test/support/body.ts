/** Bodies of answers. */

/** What tests read of JSON answers: problems, plans and rows alike. */
export interface JsonBody {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly parameter: string; readonly source: string }[];
  readonly blockers: readonly { readonly code: string }[];
  readonly [field: string]: unknown;
}

/** The JSON of an answer. */
export async function bodyOf<Body = JsonBody>(res: Response): Promise<Body> {
  return (await res.json()) as Body;
}
