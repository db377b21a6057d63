/** Components of the document that come from no schema. */

/** A part of the document. */
export type Json = Readonly<Record<string, unknown>>;

const REQUEST_ID = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' };

export const HEADERS = {
  'X-Request-Id': { schema: REQUEST_ID },
  'X-Total-Count': {
    description: 'Rows in all, however many this answer holds',
    schema: { type: 'integer', minimum: 0 },
  },
  Link: {
    description: 'On slices: first, prev, next, last (RFC 8288), relative',
    schema: { type: 'string' },
  },
  ETag: { schema: { type: 'string' } },
  Age: { description: 'Seconds since the host was read', schema: { type: 'integer', minimum: 0 } },
  Allow: { description: 'The methods that the path takes', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds', schema: { type: 'integer', minimum: 1 } },
  'WWW-Authenticate': { schema: { type: 'string' } },
} as const;

export type HeaderName = keyof typeof HEADERS;

export function headerReferences(names: readonly HeaderName[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

export const REQUEST_ID_PARAMETER = {
  name: 'X-Request-Id',
  in: 'header',
  required: false,
  description: 'Taken when it is 1 to 128 of A-Za-z0-9._-, otherwise one is made',
  schema: { type: 'string' },
} as const;

export const SECURITY_SCHEMES = {
  token: { type: 'http', scheme: 'bearer' },
  harborWebhook: { type: 'apiKey', in: 'header', name: 'Authorization' },
} as const;

/** Groups of operations. */
export const TAGS = {
  host: 'Images on this host',
  harbor: 'The Harbor registry',
  images: 'Host and registry together, as the old service answered',
  service: 'The service itself',
  webhooks: 'Calls by Harbor, and by senders that can only post',
} as const;
