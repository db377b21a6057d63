import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeDocument } from '../../../shared/http/encoded-rows.ts';
import { stringify } from '../../../shared/http/json-answer.ts';
import { joined } from '../../../shared/values/body-parts.ts';
import { configurationOf } from '../../support/configuration.ts';

const giveWay = async () => undefined;

it('a document in parts is the text of JSON.stringify, however long its lists are', async () => {
  const row = fc.record({ name: fc.string(), tags: fc.array(fc.string(), { maxLength: 2 }) });
  const list = fc
    .tuple(row, fc.constantFrom(0, 1, 100, 101, 250))
    .map(([one, count]) => Array.from({ length: count }, () => one));
  const member = fc.oneof(list, fc.jsonValue(), fc.constant(undefined));
  const documents = fc.record({ a: member, id: fc.string(), '"b"': member, c: member });
  await fc.assert(
    fc.asyncProperty(documents, fc.boolean(), async (document, isPretty) => {
      const parts = await encodeDocument(document, { isPretty, giveWay });
      const configuration = configurationOf({
        app_config: { jsonify_prettyprint_regular: isPretty },
      });
      expect(new TextDecoder().decode(joined(parts))).toBe(stringify(document, configuration));
    }),
    { numRuns: 200 },
  );
});
