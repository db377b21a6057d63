/** Answers of the stand-in, with the texts of Harbor and its nginx. */

/** An answer before it is written; header names as on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A failure in Harbor's own format: becomes `{"errors":[{"code","message"}]}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** 200 with a JSON body. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonText(JSON.stringify(value), headers);
}

/** 200 with a body that is JSON already. */
export function jsonText(text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = `${text}\n`;
  return { status: 200, headers: { 'Content-Type': 'application/json', ...headers }, body };
}

/** An answer without a body, as for a successful DELETE. */
export function empty(status = 200): Answer {
  return { status, headers: {}, body: '' };
}

/** An error answer in Harbor's format. */
export function apiError(status: number, code: string, message: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: `${JSON.stringify({ errors: [{ code, message }] })}\n`,
  };
}

/** Harbor's answer to an internal error. */
export const INTERNAL_ERROR: Answer = apiError(500, 'UNKNOWN', 'internal server error');

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Not Allowed',
  414: 'Request-URI Too Large',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The HTML page that nginx itself answers, for example if Harbor's core is down. */
export function nginxError(status: number, server = 'nginx'): Answer {
  const text = `${status} ${REASONS[status] ?? 'Error'}`;
  const body = `<html>\n<head><title>${text}</title></head>\n<body>\n<center><h1>${text}</h1></center>\n<hr><center>${server}</center>\n</body>\n</html>\n`;
  return { status, headers: { 'Content-Type': 'text/html' }, body };
}
