/** GET /ui/harbor. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const harborPage = createFunction().get('/ui/harbor', mayView('read'), (c) =>
  answerPage(c, { title: 'Harbor', place: 'harbor', content: <p>Not yet.</p> }),
);
