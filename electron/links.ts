/**
 * A link as it would be opened: https, without a user name, international host names as what they are (punycode); null for
 * everything else. Main has its own word on links, whatever the page lets through.
 */
export function webAddress(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null;
  } catch {
    return null;
  }
}
