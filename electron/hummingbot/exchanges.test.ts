import { expect, it } from 'vitest';
import { isTestNetwork } from '../../shared/exchanges';
import { exchanges } from './exchanges';

it('test networks are told by their names, as the catalogue marks them: their money is never called real', () => {
  for (const { name, test } of exchanges()) expect([name, isTestNetwork(name)]).toEqual([name, test]);
});
