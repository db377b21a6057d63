/** GET /ui/unused. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const unusedPage = createFunction().get('/ui/unused', mayView('read'), (c) =>
  answerPage(c, { title: 'Unused', place: 'unused', content: <p>Not yet.</p> }),
);
