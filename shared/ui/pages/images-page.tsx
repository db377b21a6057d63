/** GET /ui/images. */
import { createFunction } from '../../http/function.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

export const imagesPage = createFunction().get('/ui/images', mayView('read'), (c) =>
  answerPage(c, { title: 'Images', place: 'images', content: <p>Not yet.</p> }),
);
