import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../shared/contract';
import { callNames } from '../shared/contract/names';

const bridge: Bridge = {
  names: callNames,
  invoke: (name, input) =>
    callNames.includes(name)
      ? ipcRenderer.invoke('hummingdeck', name, input)
      : Promise.reject(new Error(`no such call: ${name}`)),
};
contextBridge.exposeInMainWorld('hummingdeck', bridge);

// Ports can't cross the bridge; they go on as window messages of this origin.
ipcRenderer.on('hummingdeck-port', (event, name: string) => {
  window.postMessage({ hummingdeckPort: name }, location.origin, event.ports);
});
