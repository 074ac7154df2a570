import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Absolute path of the program that `command` means, or null. A command without a folder is looked up in `path`;
 * relative folders in it are left out, as Go's os/exec does, so that the current folder never decides what runs.
 */
export async function findProgram(
  command: string,
  env: { path: string; pathExt: string },
  platform: NodeJS.Platform,
): Promise<string | null> {
  const endings = platform === 'win32' ? ['', ...env.pathExt.split(';').filter(Boolean)] : [''];
  const folders = isAbsolute(command) ? [''] : env.path.split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of folders) {
    for (const ending of endings) {
      const file = (folder ? join(folder, command) : command) + ending;
      if (await isProgram(file)) return file;
    }
  }
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
