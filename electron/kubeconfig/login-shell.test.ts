import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanEnv, createProgramEnv, loginShellPath, mergePaths } from './login-shell';
import { runProgram } from './process';
import { makeHome } from './testkit';

test('a real login shell says its PATH, however much its start-up files print', async () => {
  const home = makeHome();
  home.write('.bash_profile', 'echo "Welcome!"; export PATH="$HOME/bin:$PATH"; echo PATH is $PATH\n');
  const env = { PATH: '/usr/bin:/bin', HOME: home.dir };
  const path = await loginShellPath({ shell: '/bin/bash', env, home: home.dir, run: runProgram });
  expect(path).toMatch(new RegExp(`^${home.dir}/bin:/[^ ]*$`));
});

test('a shell that hangs, fails or does not exist gives nothing, in time', async () => {
  const home = makeHome();
  const ask = (shell: string | undefined) =>
    loginShellPath({ shell, env: {}, home: home.dir, run: runProgram, timeoutMs: 200 });
  expect(await ask(home.write('hangs', '#!/bin/sh\nsleep 1000\n', 0o700))).toBeNull();
  expect(await ask(home.write('fails', '#!/bin/sh\nexit 1\n', 0o700))).toBeNull();
  expect(await ask(join(home.dir, 'none'))).toBeNull();
  expect(await ask(undefined)).toBeNull();
  expect(await ask('sh')).toBeNull();
});

test("the shell is asked once; from an icon its order counts, from a terminal the terminal's", async () => {
  let asked = 0;
  const run = () => {
    asked += 1;
    return Promise.resolve({
      end: 'exited' as const,
      code: 0,
      stdout: '__hummingdeck_path__\n/shell:/usr/bin\n__hummingdeck_path__\n',
      stderr: '',
    });
  };
  const from = (env: Record<string, string>) =>
    createProgramEnv({ env: { SHELL: '/bin/sh', ...env }, home: '/', platform: 'linux', run });
  const icon = from({ PATH: '/usr/bin:/own' });
  expect((await Promise.all([icon(), icon()]))[0]?.PATH).toMatch(/^\/shell:\/usr\/bin:\/own:/);
  expect(asked).toBe(1);
  expect((await from({ PATH: '/usr/bin:/own', TERM: 'xterm' })()).PATH).toMatch(/^\/usr\/bin:\/own:\/shell:/);
});

test('relative and repeated folders never get into PATH', () => {
  expect(mergePaths('/a:.::/b', null, '/b:bin:/c')).toBe('/a:/b:/c');
});

test("plugins do not inherit what the app's packaging put into the environment", () => {
  const env = {
    APPDIR: '/tmp/.mount_x',
    LD_LIBRARY_PATH: '/tmp/.mount_x/usr/lib:/opt/lib',
    XDG_DATA_DIRS: '/tmp/.mount_x/share',
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: '--x',
    AWS_PROFILE: 'p',
    EMPTY: '',
  };
  expect(cleanEnv(env)).toEqual({ LD_LIBRARY_PATH: '/opt/lib', AWS_PROFILE: 'p', EMPTY: '' });
});
