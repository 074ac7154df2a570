import { expect, test } from './app';
import { trader } from './pages';

test('uncaught: an error that nothing caught is told in the window, and the app goes on', async ({ hummingdeck }) => {
  const { app, page } = await hummingdeck({ firstStart: true });
  const me = trader(page);
  const slow = { timeout: 60_000 };
  await expect(me.row('btc-usdt-calm')).toContainText('Running', slow);
  await app.evaluate(() => {
    setTimeout(() => {
      throw new Error('of a timer');
    });
  });
  const notice = page.getByRole('log', { name: 'Notices' });
  await expect(notice).toContainText('caught by nothing');
  await notice.getByText('In its own words').click();
  await expect(notice).toContainText('of a timer');
  // What the main process does for the window still comes.
  await me.rail('Clusters').click();
  const count = me.main.getByRole('spinbutton', { name: 'How many clusters' });
  await count.fill('2');
  await count.press('Enter');
  await expect(page.getByRole('contentinfo')).toContainText('2 practice clusters are on', slow);
});

test('uncaught: a page that breaks down is made anew, says so and shows the fleet again', async ({ hummingdeck }) => {
  const { app, page } = await hummingdeck({ firstStart: true });
  await expect(trader(page).row('btc-usdt-calm')).toContainText('Running', { timeout: 60_000 });
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer());
  // The page that broke down can't be asked any more; the new one by the main process alone, and not while it comes.
  const text = () =>
    app.evaluate(async ({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      if (webContents.isCrashed() || webContents.isLoading()) return '';
      const soon = new Promise((resolve) => setTimeout(resolve, 2_000, ''));
      return String(await Promise.race([webContents.executeJavaScript('document.body.innerText'), soon]));
    });
  await expect.poll(text, { timeout: 60_000 }).toContain('The window broke down and was made anew.');
  await expect.poll(text, { timeout: 60_000 }).toContain('btc-usdt-calm');
});
