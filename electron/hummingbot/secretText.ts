import type { ConfigFile } from '../../shared/bots';

/** Files of Hummingbot's conf folder that hold nothing but keys: enciphered, but with a password that can be guessed at leisure. */
const SECRET_FILE = /(^|\/)(\.password_verification$|connectors\/)/;
/** Values of conf_client.yml that are secrets: of MQTT, gateway, database, Telegram, price sources. In strategies a token is a coin. */
const SECRET_LINE =
  /^(\s*[\w-]*(?:password|passphrase|secret|api_?key|telegram_token)[\w-]*[ \t]*:[ \t]*)(?!(?:null|~|''|""|#.*)?[ \t]*$)\S.*$/gim;

/** What may be shown of someone else's files, and the names of those kept back. */
export function withoutSecrets(files: ConfigFile[]): { shown: ConfigFile[]; kept: string[] } {
  const shown = files
    .filter(({ path }) => !SECRET_FILE.test(path))
    .map(({ path, text }) => ({
      path,
      text: path.endsWith('conf_client.yml') ? text.replace(SECRET_LINE, '$1(set)') : text,
    }));
  return { shown, kept: files.map(({ path }) => path).filter((path) => SECRET_FILE.test(path)) };
}
