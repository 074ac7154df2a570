// @ts-check
import { expect as playwrightExpect } from '@playwright/test';

const expect = playwrightExpect.configure({ timeout: 20_000 });

/**
 * @typedef {object} DraftFields
 * @property {string} [template] part of its title
 * @property {string} name
 * @property {string} cluster its name in the app
 * @property {string} namespace
 * @property {string} [pair]
 * @property {Record<string, string>} [values] strategy fields by label
 * @property {string} [image]
 * @property {string} [storageClass]
 * @property {string} [password]
 */

export const PASSWORD = 'correct horse battery staple';

/** What a trader does in the window, in a trader's words. @param {import('@playwright/test').Page} page */
export function trader(page) {
  const main = page.locator('main');
  /** @param {'Fleet' | 'Deploy a bot' | 'Clusters' | 'Settings'} name */
  const rail = (name) => page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name, exact: true });
  /** @param {string} bot */
  const row = (bot) => page.getByRole('row', { name: new RegExp(`(^|\\s)${bot}(\\s|$)`) });
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));

  /** Connects a context and waits until it is live. @param {string} context @param {string} [displayName] */
  async function turnOn(context, displayName) {
    await rail('Clusters').click();
    const line = main.getByRole('listitem').filter({ hasText: context }).first();
    // It shows what main says, a moment after the click.
    const knob = line.getByRole('switch').or(line.getByRole('checkbox'));
    if (!(await knob.isChecked())) await knob.click({ force: true });
    await expect(knob).toBeChecked();
    await expect(line.getByText(/live/)).toBeVisible();
    if (displayName) await rename(context, displayName);
    await rail('Fleet').click();
  }

  /** @param {string} context @param {string} displayName */
  async function rename(context, displayName) {
    await call('contexts.customise', { id: await contextId(context), displayName });
  }

  /** @param {string} context @returns {Promise<string>} */
  async function contextId(context) {
    const list = /** @type {{ contexts: { id: string, name: string }[] }} */ (await call('contexts.list', {}));
    return /** @type {{ id: string }} */ (list.contexts.find((one) => one.name === context)).id;
  }

  /** One call of the contract, as the page makes it. @param {string} name @param {unknown} input @returns {Promise<unknown>} */
  async function call(name, input) {
    const answer = await page.evaluate(
      ([name, input]) => /** @type {any} */ (window).hummingdeck.invoke(name, input),
      /** @type {const} */ ([name, input]),
    );
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return answer.value;
  }

  /** @param {string} label */
  const field = (label) => main.getByRole('textbox', { name: label, exact: true });
  /** @param {string} label */
  const choice = (label) => main.getByRole('combobox', { name: label, exact: true });

  /** @param {DraftFields} draft */
  async function fillDraft(draft) {
    await rail('Deploy a bot').click();
    if (draft.template) await main.getByRole('button', { name: new RegExp(draft.template) }).click();
    await field('Name').fill(draft.name);
    await choice('Cluster').selectOption({ label: draft.cluster });
    await choice('Namespace').selectOption(draft.namespace);
    if (draft.pair) await field('Pair').fill(draft.pair);
    for (const [label, value] of Object.entries(draft.values ?? {})) await field(label).fill(value);
    if (draft.image) await choice('Hummingbot version').fill(draft.image);
    if (draft.storageClass) await choice('Kind of volume').selectOption(draft.storageClass);
    await field('Password').fill(draft.password ?? PASSWORD);
    await field('Password again').fill(draft.password ?? PASSWORD);
  }

  /** Fills the form and deploys; the steps are then on screen. @param {DraftFields} draft */
  async function deploy(draft) {
    await fillDraft(draft);
    await main.getByRole('button', { name: `Deploy to ${draft.cluster}` }).click();
  }

  /** @param {string} bot @param {number} [timeout] ms */
  const trades = (bot, timeout = 120_000) => expect(main.getByText(`${bot} trades.`)).toBeVisible({ timeout });

  /** @param {string} bot */
  async function select(bot) {
    if (!(await row(bot).isVisible())) await rail('Fleet').click();
    await row(bot).getByRole('gridcell').nth(1).click();
  }

  /** A key on the selected bot, as in the grid. @param {string} bot @param {string} key */
  async function press(bot, key) {
    await select(bot);
    await page.getByRole('grid').press(key);
  }

  /** A button of the selected bot's panel. @param {string} bot @param {string} action */
  const action = (bot, action) =>
    page
      .getByRole('region', { name: bot, exact: true })
      .getByRole('button', { name: new RegExp(`^${action}`) })
      .first();

  /** @param {string} bot @param {string} name such as `Stop` */
  async function act(bot, name) {
    await select(bot);
    await action(bot, name).click();
  }

  /** Asks for it in the bot's panel and says yes to the question. @param {string} bot @param {'Stop' | 'Start' | 'Restart'} verb */
  async function confirmed(bot, verb) {
    await act(bot, verb);
    await dialog.getByRole('button', { name: new RegExp(`^${verb} ${bot} on `) }).click();
  }

  /** @param {string} bot @param {{ volume?: boolean }} [options] `volume`: that too */
  async function remove(bot, { volume = false } = {}) {
    await act(bot, 'Delete');
    if (volume) await dialog.getByRole('radio', { name: /^Delete its volume/ }).check();
    await dialog.getByRole('textbox').fill(bot);
    await dialog.getByRole('button', { name: /^Delete/ }).click();
  }

  /** The newest operation of a kind on a bot, in the list beside the grid. @param {string} title such as `Stop eth-1` */
  const operation = (title) =>
    page
      .getByRole('region', { name: 'Operations' })
      .getByRole('group')
      .filter({ has: page.getByText(title, { exact: true }) })
      .first();

  const terminal = () => page.locator('.terminal-element:visible .xterm-rows');
  /** The text of the file that is shown in the editor. */
  const editor = () => main.locator('.cm-content:visible');

  /** Replaces the first `from` in the open file by `to`, by keyboard alone. @param {string} from @param {string} to */
  async function retype(from, to) {
    const { keyboard } = page;
    await editor().focus();
    await keyboard.press('Control+Home');
    await keyboard.press('Control+f');
    await keyboard.type(from);
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await keyboard.type(to);
  }

  return {
    ...{ page, main, rail, row, dialog, call, contextId, turnOn, rename, field, choice, fillDraft, deploy, trades },
    ...{ select, press, action, act, confirmed, remove, operation, terminal, editor, retype },
  };
}
