/** GET /ui/nodes/:node. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const nodePage = createFunction().get('/ui/nodes/:node', mayView('read'), (c) =>
  answerPage(c, { title: 'Node', place: 'nodes', content: <p>Not yet.</p> }),
);
