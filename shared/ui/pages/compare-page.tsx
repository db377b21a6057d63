/** GET /ui/compare. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const comparePage = createFunction().get('/ui/compare', mayView('read'), (c) =>
  answerPage(c, { title: 'Compare', place: 'compare', content: <p>Not yet.</p> }),
);
