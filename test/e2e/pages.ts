import type { trader } from './pages.mjs';

export { PASSWORD, trader } from './pages.mjs';
export type Trader = ReturnType<typeof trader>;
