/** The script of the pages: htmx, its Server-Sent Events, and copy buttons. Every page can be read without it. */
import 'htmx.org';
import 'htmx.org/dist/ext/hx-sse.js';

document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-copy]') : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const text = button.dataset['copy'] ?? '';
  const status = document.getElementById('announcements');
  try {
    await navigator.clipboard.writeText(text);
    if (status !== null) status.textContent = `Copied ${text}`;
  } catch {
    // Without https, browsers have no clipboard.
    window.prompt('Copy this text:', text);
  }
});
