import { expect, it } from 'vitest';
import { withoutSecrets } from './secretText';

it('keeps back files of keys and names them', () => {
  const files = ['.password_verification', 'connectors/kraken.yml', 'strategies/a.yml', 'quickstart.yml'];
  const { shown, kept } = withoutSecrets(files.map((path) => ({ path, text: 'x' })));
  expect(shown.map(({ path }) => path)).toEqual(['strategies/a.yml', 'quickstart.yml']);
  expect(kept).toEqual(['.password_verification', 'connectors/kraken.yml']);
});

it('shows that a secret of conf_client.yml is set, not what it is, and leaves all else as it is', () => {
  const text = [
    'instance_id: classic',
    'mqtt_bridge:',
    '  mqtt_host: localhost',
    '  mqtt_password: hunter2 # mine',
    "  mqtt_username: ''",
    'gateway_passphrase: "two words"',
    'telegram_token:',
    "db_password: ''",
    'api_key: null',
    '# password: not one',
    '',
  ].join('\r\n');
  const [file] = withoutSecrets([{ path: 'conf_client.yml', text }]).shown;
  expect(file!.text).toBe(text.replace('hunter2 # mine', '(set)').replace('"two words"', '(set)'));
  const coins = [{ path: 'strategies/a.yml', text: 'token: USDT\nmarket: A-B\n' }];
  expect(withoutSecrets(coins).shown).toEqual(coins);
});
