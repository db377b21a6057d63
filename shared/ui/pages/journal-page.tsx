/** GET /ui/journal. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const journalPage = createFunction().get('/ui/journal', mayView('read'), (c) =>
  answerPage(c, { title: 'Journal', place: 'journal', content: <p>Not yet.</p> }),
);
