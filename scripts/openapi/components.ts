/** Components of the document that are not made from schemas. */

/** A part of the document. */
export type Json = Readonly<Record<string, unknown>>;

const REQUEST_ID = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' };

export const HEADERS = {
  'X-Request-Id': { schema: REQUEST_ID },
  'X-Total-Count': {
    description: 'Number of all rows, of which a slice has a part',
    schema: { type: 'integer', minimum: 0 },
  },
  Link: {
    description: 'For slices: first, prev, next, last (RFC 8288), with relative URLs',
    schema: { type: 'string' },
  },
  ETag: { schema: { type: 'string' } },
  Age: { description: 'Seconds since the host was read', schema: { type: 'integer', minimum: 0 } },
  Allow: { description: 'The methods that the path supports', schema: { type: 'string' } },
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
  description: 'Used if it has 1 to 128 characters of A-Za-z0-9._-; otherwise a new id is created',
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
  nodes: 'Several hosts, and the registry together with them',
  images: 'Host and registry together, in the format of the old service',
  service: 'The service itself',
  webhooks: 'Calls by Harbor, and by senders that can only send POST requests',
} as const;
