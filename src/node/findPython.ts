/** Which Python runs the kernel of the IPython view: the one that is set, that of the active environment, else the first on the PATH. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PhyError } from '../core/base/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;
const isWindows = process.platform === 'win32';

/** `setting`: a Python, or the folder of an environment; empty to look for one. Throws `missing` in a sentence. */
export function findPython(setting: string, environment: Environment = process.env): string {
  const wanted = setting.trim() === '' ? (environment['PHY_PYTHON'] ?? '') : setting.trim();
  if (wanted !== '') {
    const found = firstThere(isFolder(wanted) ? insideOf(wanted) : namesOf(wanted, environment));
    if (found !== undefined) return found;
    throw new PhyError('missing', `${wanted} is no Python. Correct it in the settings of the view.`);
  }
  const active = [environment['VIRTUAL_ENV'], environment['CONDA_PREFIX']].filter(isGiven).flatMap(insideOf);
  const onPath = ['python3', 'python'].flatMap((name) => namesOf(name, environment));
  const found = firstThere([...active, ...onPath]);
  if (found !== undefined) return found;
  const how = 'Install Python with ipykernel and numpy, or name one in the settings of the view.';
  throw new PhyError('missing', `No Python was found in the active environment or on the PATH. ${how}`);
}

const isGiven = (folder: string | undefined): folder is string => folder !== undefined && folder !== '';

/** Where an environment has its Python. */
function insideOf(folder: string): readonly string[] {
  const names = isWindows ? ['Scripts/python.exe', 'python.exe'] : ['bin/python', 'bin/python3'];
  return names.map((name) => join(folder, name));
}

/** A path, or a name in every folder of the PATH. */
function namesOf(name: string, environment: Environment): readonly string[] {
  if (/[/\\]/.test(name)) return [name];
  const file = isWindows && !name.endsWith('.exe') ? `${name}.exe` : name;
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter((each) => each !== '');
  return folders.map((folder) => join(folder, file));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function firstThere(paths: readonly string[]): string | undefined {
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return !isFolder(path);
    } catch {
      return false;
    }
  });
}
