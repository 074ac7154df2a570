// The floor for launching: one window, one line of text, nothing else.
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1400, height: 860, webPreferences: { sandbox: true } });
  window.loadURL('data:text/html,<title>bare</title><main>bare</main>');
});
