/** Copy buttons: they copy the text of their `data-copy`. */
import { announce } from './announce.ts';

const SHOWN_MS = 2000;

document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-copy]') : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const text = button.dataset['copy'] ?? '';
  if (!(await copied(text))) {
    window.prompt('Copy this text:', text);
    return;
  }
  button.dataset['copied'] = '';
  setTimeout(() => delete button.dataset['copied'], SHOWN_MS);
  announce(`Copied ${text}`);
});

/** Over http, and without the permission, browsers have no clipboard. There, the old command still copies a selection. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedSelection(text);
  }
}

function copiedSelection(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'hidden-text';
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isCopied;
}
