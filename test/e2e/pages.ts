import type { Page } from '@playwright/test';
import { expect } from './app';

export interface DraftFields {
  template?: string;
  name: string;
  cluster: string;
  namespace: string;
  pair?: string;
  values?: Record<string, string>;
  image?: string;
  password?: string;
}

export const PASSWORD = 'correct horse battery staple';

/** What a trader does in the window, in a trader's words. */
export function trader(page: Page) {
  const main = page.locator('main');
  const rail = (name: 'Fleet' | 'Deploy a bot' | 'Clusters' | 'Settings') =>
    page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name, exact: true });
  const row = (bot: string) => page.getByRole('row', { name: new RegExp(`(^|\\s)${bot}(\\s|$)`) });
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));

  async function turnOn(context: string, displayName?: string) {
    await rail('Clusters').click();
    const line = main.getByRole('listitem').filter({ hasText: context }).first();
    await line.getByRole('switch').or(line.getByRole('checkbox')).check({ force: true });
    await expect(line.getByText(/live/)).toBeVisible();
    if (displayName) await rename(context, displayName);
    await rail('Fleet').click();
  }

  async function rename(context: string, displayName: string) {
    await call('contexts.customise', { id: await contextId(context), displayName });
  }

  async function contextId(context: string): Promise<string> {
    const list = (await call('contexts.list', {})) as { contexts: { id: string; name: string }[] };
    return list.contexts.find((one) => one.name === context)!.id;
  }

  /** One call of the contract, as the page makes it. */
  async function call(name: string, input: unknown): Promise<unknown> {
    const answer = await page.evaluate(
      ([name, input]) =>
        (
          window as unknown as {
            hummingdeck: {
              invoke(name: string, input: unknown): Promise<{ ok: boolean; value: unknown; error: unknown }>;
            };
          }
        ).hummingdeck.invoke(name as string, input),
      [name, input] as const,
    );
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return answer.value;
  }

  async function fillDraft(draft: DraftFields) {
    await rail('Deploy a bot').click();
    if (draft.template) await main.getByRole('button', { name: new RegExp(draft.template) }).click();
    await main.getByRole('textbox', { name: 'Name', exact: true }).fill(draft.name);
    await main.getByRole('combobox', { name: 'Cluster', exact: true }).selectOption({ label: draft.cluster });
    await main.getByRole('combobox', { name: 'Namespace', exact: true }).selectOption(draft.namespace);
    if (draft.pair) await main.getByRole('textbox', { name: 'Pair', exact: true }).fill(draft.pair);
    for (const [label, value] of Object.entries(draft.values ?? {}))
      await main.getByRole('textbox', { name: label, exact: true }).fill(value);
    if (draft.image) await main.getByRole('combobox', { name: 'Hummingbot version', exact: true }).fill(draft.image);
    await main.getByRole('textbox', { name: 'Password', exact: true }).fill(draft.password ?? PASSWORD);
    await main.getByRole('textbox', { name: 'Password again', exact: true }).fill(draft.password ?? PASSWORD);
  }

  async function deploy(draft: DraftFields) {
    await fillDraft(draft);
    await main.getByRole('button', { name: `Deploy to ${draft.cluster}` }).click();
  }

  async function select(bot: string) {
    if (!(await row(bot).isVisible())) await rail('Fleet').click();
    await row(bot).getByRole('gridcell').nth(1).click();
  }

  /** A key on the selected bot, as in the grid. */
  async function press(bot: string, key: string) {
    await select(bot);
    await page.getByRole('grid').press(key);
  }

  async function act(bot: string, action: string) {
    await select(bot);
    await page
      .getByRole('complementary')
      .getByRole('button', { name: new RegExp(`^${action}`) })
      .first()
      .click();
  }

  const terminal = () => page.locator('.terminal-element:visible .xterm-rows');

  return {
    page,
    main,
    rail,
    row,
    dialog,
    call,
    contextId,
    turnOn,
    rename,
    fillDraft,
    deploy,
    select,
    press,
    act,
    terminal,
  };
}

export type Trader = ReturnType<typeof trader>;
