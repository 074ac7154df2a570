import { expect, it } from 'vitest';
import { createApi } from './api';
import { systemClock } from './clock';
import { pod } from './reflector-testing';
import { PODS } from './resources';
import type { Transport, TransportRequest } from './transport';

it('a list of which most is too much keeps what is asked for, and ends with the page that is one too many', async () => {
  const asked: string[] = [];
  const request = ({ path }: TransportRequest) => {
    asked.push(path);
    const at = asked.length;
    const metadata = { resourceVersion: '7', continue: at < 5 ? `page-${at}` : undefined };
    const body = JSON.stringify({ metadata, items: [pod(`a-${at}`, 1), pod(`b-${at}`, 1)] });
    return Promise.resolve({ status: 200, headers: {}, body });
  };
  const api = createApi({ request } as unknown as Transport, { clock: systemClock });
  const keep = ({ metadata }: { metadata: { name: string } }) => metadata.name;
  const cut = await api.list(PODS, null, { limit: 2 }, { keep, most: 3 });
  expect(cut).toEqual({ items: ['a-1', 'b-1', 'a-2', 'b-2'], resourceVersion: '7', more: true });
  expect(asked).toEqual(['/api/v1/pods?limit=2', '/api/v1/pods?limit=2&continue=page-1']);
  const rest = await api.list(PODS, null, {}, { keep, most: 6 });
  expect(rest).toMatchObject({ items: ['a-3', 'b-3', 'a-4', 'b-4', 'a-5', 'b-5'], more: false });
});
