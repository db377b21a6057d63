/** GET /ui/cleanup. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const cleanupPage = createFunction().get('/ui/cleanup', mayView('read'), (c) =>
  answerPage(c, { title: 'Cleanup', place: 'cleanup', content: <p>Not yet.</p> }),
);
