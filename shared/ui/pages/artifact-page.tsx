/** GET /ui/artifacts/:project/:repository{.+}/:reference. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const artifactPage = createFunction().get(
  '/ui/artifacts/:project/:repository{.+}/:reference',
  mayView('read'),
  (c) => answerPage(c, { title: 'Artifact', place: 'harbor', content: <p>Not yet.</p> }),
);
