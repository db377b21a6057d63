/** GET /journal: the deletions of this service, newest first. Upstream: the journal's file. */

import { findDeletions, journalList } from '../shared/domain/journal/journal-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { encodeList, listAnswer, listHeaders } from '../shared/http/lists/list-answer.ts';
import { requestOf } from '../shared/http/request-context.ts';

export const journal = createFunction().get(
  '/journal',
  may('read'),
  input({ query: journalList.query, header: listHeaders }),
  async (c) => {
    const services = c.get('services');
    const { rows, total, slice } = await findDeletions(
      services,
      requestOf(c),
      c.req.valid('query'),
    );
    const list = await encodeList(rows, services.configuration, services.giveWay);
    return listAnswer(c, list, { total, slice });
  },
);

export default edge(journal);
