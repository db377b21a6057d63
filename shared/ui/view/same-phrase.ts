/** Tells whether a user has typed a phrase. Phones begin with a capital letter and add spaces, which means nothing else. */
export function isSamePhrase(typed: string, phrase: string): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return plain(typed) === plain(phrase);
}
