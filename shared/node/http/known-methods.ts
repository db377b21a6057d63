/** The methods that HTTP has. Node's parser accepts more, and each would be a label or a name of a span. */

/** The methods of RFC 9110 and RFC 5789. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
]);
