import { expect, test } from 'vitest';
import { partsOfRowId } from './rowId';

test('a row’s id tells its bot, also where what identifies the cluster holds slashes', () => {
  const bot = { namespace: 'trading', name: 'eth-1' };
  expect(partsOfRowId('uid-1/StatefulSet/trading/eth-1')).toEqual({ clusterId: 'uid-1', ...bot });
  expect(partsOfRowId('https://h:6443/k8s/StatefulSet/trading/eth-1')).toEqual({
    clusterId: 'https://h:6443/k8s',
    ...bot,
  });
});
