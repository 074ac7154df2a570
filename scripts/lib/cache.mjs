// @ts-check
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where builds and downloads are kept between runs and clones, outside the repository. */
export function cacheDir() {
  return process.env.HUMMINGDECK_CACHE || join(homedir(), '.cache', 'hummingdeck');
}
