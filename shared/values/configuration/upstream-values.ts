/** The types of configuration values that are addresses of Harbor, of the receiver of notifications, and of functions. */
import { isRecord } from '../is-record.ts';
import { parseJson } from '../parse-json.ts';
import { base, isLoopbackHost, webUrl, withoutSlashes } from './address-values.ts';
import { FUNCTION_NAMES, type FunctionName } from './function-names.ts';
import { key, unset } from './values.ts';

const PLACEHOLDER = 'your-harbor-instance.com';

/** Harbor's base URL: `host`, `host:port` or a URL; null if it is empty or the placeholder. */
export const harborHost = () =>
  key<string | null>(null, {
    expected: 'a host, host:port or http(s) URL without user info, query and fragment',
    read: (value) => {
      if (value === null) return null;
      if (typeof value !== 'string') return undefined;
      const host = value.trim();
      if (host === '') return null;
      const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(host);
      // `http:/host` and `//host` would be hosts of other names.
      if (!isUrl && !/^(?:\[[^\]]*\]|[^/:]+)(?::\d+)?(?:\/|$)/.test(host)) return undefined;
      const url = webUrl(isUrl ? host : `https://${host}`);
      if (url?.hostname === PLACEHOLDER) return null;
      return url && withoutSlashes(base(url).replace(/\/api\/v2\.0$/, ''));
    },
  });

/** An http(s) URL; null if it is not set. */
export const url = () =>
  key<string | null>(null, {
    expected: 'an http(s) URL without user info and fragment',
    read: (value) => (unset(value) ? null : webUrl(value, true)?.href),
  });

/** Function name → base URL of its deployment. */
export const functionUrls = () =>
  key<Readonly<Partial<Record<FunctionName, string>>>>(
    {},
    {
      expected: 'an object of function name to URL',
      fromText: parseJson,
      read: (value, refuse) => {
        if (!isRecord(value)) return undefined;
        const urls: Partial<Record<FunctionName, string>> = {};
        for (const [given, address] of Object.entries(value)) {
          const name = FUNCTION_NAMES.find((known) => known === given);
          const parsed = webUrl(address);
          if (!name)
            refuse(given, `unknown function; expected one of ${FUNCTION_NAMES.join(', ')}`);
          else if (!parsed || (parsed.protocol === 'http:' && !isLoopbackHost(parsed.hostname)))
            refuse(
              given,
              'expected an https URL (http only to loopback) without user info, query and fragment',
            );
          else urls[name] = base(parsed);
        }
        return urls;
      },
    },
  );
