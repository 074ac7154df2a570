/**
 * The renderer in a plain browser, against a scripted far end: nothing here is real, and nothing of it is in the app.
 * What is shown follows the address: `?scene=crowded&bots=10000&theme=light`.
 */
import { start } from '../start';
import { farEnd } from './far-end';
import { scenes } from './scenes';

const query = new URLSearchParams(location.search);
const scene = scenes[query.get('scene') ?? 'fleet'] ?? scenes['fleet']!;
const theme = query.get('theme');

start(
  farEnd(scene(Number(query.get('bots') ?? 217), Date.now()), theme === 'light' || theme === 'dark' ? theme : 'system'),
);
