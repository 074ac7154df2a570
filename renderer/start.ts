import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import { mount } from 'svelte';
import { toAppError } from '../shared/errors';
import type { AppEvent } from '../shared/events';
import App from './App.svelte';
import type { Transport } from './bridge/transport';
import { api, useTransport } from './state/api';
import { app } from './state/app.svelte';
import { clock } from './state/clock.svelte';
import { takeEvent } from './state/fleet.svelte';
import { notices } from './state/notices.svelte';
import './styles/tokens.css';
import './styles/base.css';

/** Draws the app against a far end and listens to it until the page goes away. */
export function start(transport: Transport): void {
  useTransport(transport);
  app.watchSystemTheme(window);
  clock.start(document);
  mount(App, { target: document.getElementById('app')! });
  void listen().catch((thrown) => notices.error(toAppError(thrown)));
}

async function listen(): Promise<void> {
  const [settings, info] = await Promise.all([api.call('settings.get', {}), api.call('app.info', {})]);
  takeEvent({ t: 'settings', settings });
  app.info = info;
  const coming = api.port('events');
  await api.call('app.connectEvents', {});
  const port = await coming;
  port.onmessage = (event: MessageEvent<AppEvent>) => takeEvent(event.data);
  port.start();
  for (const operation of await api.call('operations.list', {})) takeEvent({ t: 'operation', operation });
}
