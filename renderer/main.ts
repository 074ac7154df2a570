import { preloadTransport } from './bridge/transport';
import { start } from './start';

const bridge = window.hummingdeck;
if (bridge) start(preloadTransport(window, bridge));
else document.body.textContent = 'Hummingdeck runs as a desktop application; this page alone has no far end.';
