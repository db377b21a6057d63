/** GET /ui/drift. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const driftPage = createFunction().get('/ui/drift', mayView('read'), (c) =>
  answerPage(c, { title: 'Drift', place: 'drift', content: <p>Not yet.</p> }),
);
