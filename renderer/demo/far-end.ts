import type { CallName, Input, Output } from '../../shared/contract';
import { Failure, toAppError } from '../../shared/errors';
import type { AppEvent } from '../../shared/events';
import type { Settings } from '../../shared/settings';
import type { Transport } from '../bridge/transport';
import { demoCapacity } from './capacity';
import type { Scene } from './scenes';

const nothing = { events: [], lastEnd: '', refused: '' };

/** A far end that plays a scene: tells it at the start, answers what the shell asks, refuses the rest. */
export function farEnd(scene: Scene, theme: Settings['theme']): Transport {
  let hand: (name: string, port: MessagePort) => void = () => {};
  let port: MessagePort | null = null;
  const { settings, list } = scene;
  settings.theme = theme;
  const tell = (event: AppEvent) => port?.postMessage(event);
  scene.tell = tell;
  scene.hand = (name, given) => hand(name, given);

  const answers: { [N in CallName]?: (input: Input<N>) => Output<N> } = {
    'settings.get': () => settings,
    'settings.patch': (patch) => {
      Object.assign(settings, patch);
      tell({ t: 'settings', settings });
      return settings;
    },
    'app.info': () => scene.info,
    'app.connectEvents': () => {
      const channel = new MessageChannel();
      port = channel.port1;
      setTimeout(() => hand('events', channel.port2));
      for (const event of scene.events) tell(event);
      if (scene.live) setInterval(() => tell(scene.live!()), 200);
      return null;
    },
    'operations.list': () => scene.operations,
    'contexts.list': () => list,
    'contexts.setEnabled': ({ id, enabled }) => {
      list.contexts = list.contexts.map((context) => (context.id === id ? { ...context, enabled } : context));
      tell({ t: 'contexts', list });
      return null;
    },
    'contexts.customise': ({ id, ...traits }) => {
      list.contexts = list.contexts.map((context) => (context.id === id ? { ...context, ...traits } : context));
      tell({ t: 'contexts', list });
      return null;
    },
    'readings.inView': () => null,
    'clusters.capacity': ({ clusterId }) => demoCapacity(clusterId),
    'contexts.retry': () => null,
    'contexts.answerConsent': ({ requestId }) => {
      scene.consent = scene.consent.filter((request) => request.id !== requestId);
      tell({ t: 'consent', requests: scene.consent });
      return null;
    },
    'bots.details': ({ bot }) => ({
      ref: bot,
      lately: nothing,
      objects: [],
      image: 'hummingbot/hummingbot:version-2.16.0',
      volume: `${bot.name}-data, 2 GiB`,
      warnings: [],
    }),
    'bots.events': () => nothing,
    ...scene.answers,
  };

  return {
    invoke: async (name, input) => {
      try {
        const answer = answers[name as CallName] as ((input: unknown) => unknown) | undefined;
        if (!answer) throw new Failure({ code: 'UNSUPPORTED', message: `The demo has no answer for ${name}.` });
        return { ok: true, value: structuredClone(answer(input)) };
      } catch (thrown) {
        return { ok: false, error: toAppError(thrown) };
      }
    },
    onPort(listener) {
      hand = listener;
      return () => (hand = () => {});
    },
  };
}
