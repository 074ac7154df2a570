import { expect, it } from 'vitest';
import { createApi, systemClock, type Transport } from '../cluster';
import type { StatefulSet } from '../cluster/objects';
import { createDoubts } from './doubts';
import type { WatchContext } from './scope';
import { bot } from './testing';

it('a workload that was asked for by name is kept without its passwords and managed fields, as one that is watched', async () => {
  const { workload } = bot('btc');
  const [container] = workload.spec.template.spec.containers;
  const env = [{ name: 'CONFIG_PASSWORD', value: 'hunter2' }];
  const full = {
    ...workload,
    metadata: { ...workload.metadata, managedFields: [{ manager: 'kubectl' }] },
    spec: { ...workload.spec, template: { spec: { containers: [{ ...container, env }] } } },
  };
  const request = () => Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ items: [full] }) });
  const api = createApi({ request } as unknown as Transport, { clock: systemClock });
  const context = { api, clock: systemClock, live: () => true, proven: () => true } as unknown as WatchContext;
  const kept = await new Promise<StatefulSet | null>((resolve) =>
    createDoubts(context, (_, answer) => resolve(answer)).ask('bots/btc'),
  );
  expect(kept?.metadata.name).toBe('btc');
  expect(JSON.stringify(kept)).not.toMatch(/hunter2|managedFields/);
});
