/**
 * The IPython view over a real kernel: PHY_TEST_IPYTHON names a Python with ipykernel, numpy and matplotlib. What it says without a kernel is
 * tested with programs that stand for such a Python.
 */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './audit.ts';
import { addView, ConsoleWindow } from './consoleWindow.ts';
import { smallFolder } from './commandLine.ts';
import {
  browserPath,
  openWindow,
  type Program,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
  type Window,
} from './harness.ts';
import { keptSettings, menu } from './viewWindow.ts';
import { expectSelection, snippet, statusLine } from './window.ts';

const python = process.env.PHY_TEST_IPYTHON ?? '';
const hasKernel = python !== '' && existsSync(python);

/** The program on the small dataset, with a Python of its own. */
class Session {
  folder = smallFolder();
  config = temporaryFolder('config');
  /** Where IPython keeps its history. */
  ipython = temporaryFolder('ipython');
  private program: Program | null = null;
  private opened: Window | null = null;
  private readonly browser: Browser;

  constructor(browser: Browser) {
    this.browser = browser;
  }
  get window(): Window {
    if (this.opened === null) throw new Error('no window is open');
    return this.opened;
  }
  async launch(environment: Readonly<Record<string, string>>): Promise<ConsoleWindow> {
    const all = { VIRTUAL_ENV: '', CONDA_PREFIX: '', IPYTHONDIR: this.ipython, ...environment };
    this.program = await startProgram(this.folder, this.config, ['--no-browser'], all);
    this.opened = await openWindow(this.browser, this.program.url);
    this.opened.page.setDefaultTimeout(15_000);
    return new ConsoleWindow(this.opened.page, 'IPythonView', 'Python code');
  }
  async end(): Promise<void> {
    await this.opened?.context.close();
    expect(await this.program?.end()).toBe(0);
  }
  remove(): void {
    for (const folder of [this.folder, this.config, this.ipython]) removeFolder(folder);
  }
}

describe.skipIf(browserPath === undefined || !hasKernel)('a kernel', () => {
  let browser: Browser;
  let session: Session;
  let ipython: ConsoleWindow;
  const page = () => session.window.page;

  beforeAll(async () => {
    browser = await startBrowser();
    session = new Session(browser);
    ipython = await session.launch({ PHY_PYTHON: python });
    await addView(page(), 'IPythonView');
  });
  afterAll(async () => {
    await session.end();
    session.remove();
    await browser.close();
  });
  afterEach(() => {
    expect(session.window.errors.splice(0)).toEqual([]);
  });

  test('starts with the view, with m, c and s in it', async () => {
    await ipython.panel.getByText('m is the model').waitFor({ timeout: 60_000 });
    expect(await statusLine(page(), 'IPythonView')).toContain(python);
    expect(await ipython.run('m.n_spikes, len(m.spike_times), m.spike_clusters.dtype.name')).toBe(
      "(200, 200, 'int32')",
    );
    expect(await ipython.run('type(m.spike_samples).__name__, type(m.spike_templates).__name__')).toBe(
      "('memmap', 'memmap')",
    );
    expect(await ipython.run('bool((m.spike_times == np.load("spike_times.npy").ravel() / m.sample_rate).all())')).toBe(
      'True',
    );
    expect(await ipython.run('m.get_features([1, 2], [0, 3]).shape, m.get_waveforms([5]).shape')).toBe(
      '((2, 2, 3), (1, 20, 8))',
    );
    expect(await ipython.run('m.get_template(1).template.shape[0], m.get_template(99)')).toBe('(20, None)');
    expect(await ipython.run('sorted(m.amplitudes[:2]) == sorted(np.load("amplitudes.npy").ravel()[:2])')).toBe('True');
    expect(await ipython.run('s.clustering.cluster_ids, len(s.clustering.spikes_per_cluster[5])')).toMatch(
      /^\(array\(\[0, 1, 2, 3, 5\]\), \d+\)$/,
    );
  });

  test('has traces that slice like an array, labels by dictionary, and the events of the Python program', async () => {
    expect(await ipython.run('m.traces.shape[1], len(m.traces) == round(m.duration * m.sample_rate)')).toBe(
      '(8, True)',
    );
    const same = [
      '(m.traces[10:14] == m.get_traces(10, 14)).all()',
      '(m.traces[10:20:3, [5, 2]] == m.get_traces(10, 20, [5, 2])[::3]).all()',
      '(m.traces[14:10:-2, 3] == m.get_traces(11, 15, [3])[::-1][::2, 0]).all()',
      '(m.traces[[7, 3], -1] == m.get_traces(0, 8, [7])[[7, 3], 0]).all()',
      'm.traces[-1].shape == (8,) and m.traces[5, 2] == m.get_traces(5, 6, [2])[0, 0]',
      'm.traces[len(m.traces):].shape == (0, 8)',
    ];
    expect(await ipython.run(`[bool(x) for x in [${same.join(', ')}]]`)).toBe(`[${same.map(() => 'True').join(', ')}]`);
    await ipython.run('m.save_metadata("side", {0: "left", 1: "right", 2: "left"}); s.get_labels("side")[2]');
    expect(await ipython.run('[s.get_labels("side")[k] for k in (0, 1, 2, 3)]')).toBe(
      "['left', 'right', 'left', None]",
    );
    await ipython.run('s.undo(); s.undo(); s.get_labels("side")[1]');
    await ipython.run(
      'heard = []\n@connect(sender=s)\ndef on_select(sender, ids):\n    heard.append(ids)\n' +
        '@connect(event="cluster")\ndef changed(sender, up):\n    heard.append(up.description)\n0',
    );
    await ipython.run('s.select([2, 3]); 0');
    await expect.poll(async () => await ipython.run('heard')).toContain('[2, 3]');
    await ipython.run('s.label("quality", 4, [2]); 0');
    await expect.poll(async () => await ipython.run('heard')).toContain("'metadata_quality'");
    expect(await ipython.run('unconnect(on_select, changed); emit("cluster", s, 1)')).toBe('[]');
    await ipython.run('s.undo(); 0');
    expect(await ipython.run('gui, "split_kmeans" in dir(s.actions)')).toBe('(<GUI>, True)');
  });

  test('refuses what would name other ids than it seems to, and keeps its arrays as they are', async () => {
    const whole = 'PhyError: Expected whole numbers, got';
    expect(await ipython.run('s.merge([2.7, 3.2])')).toContain(`${whole} 2.7, 3.2.`);
    expect(await ipython.run('s.select("12")')).toContain(`${whole} '12'.`);
    expect(await ipython.run('m.get_features(m.spike_clusters == 2)')).toContain('np.flatnonzero makes numbers of');
    expect(await ipython.run('m.spike_clusters[0] = 3')).toContain('read-only');
    expect(await ipython.run('m.spike_times[0] = 3')).toContain('read-only');
    expect(await ipython.run('c.n_spikes_waveform = 3')).toContain(
      'n_spikes_waveform of the controller does not exist',
    );
    expect(await ipython.run('s.select([2.0, np.int64(3)]).selection["clusters"]')).toBe('[2, 3]');
  });

  test('has what one knows from the Python program, with the values of the views', async () => {
    expect(await ipython.run('m.describe()')).toMatch(/Number of spikes +200\n/);
    expect(await ipython.run('s.reset_wizard(); s.next(); len(s.selected_similar), s.nothing')).toContain(
      'The supervisor has no nothing.',
    );
    const same = [
      'm.get_template_counts(2).sum() == s.n_spikes(2)',
      '(m.get_template_waveforms(1) == m.get_template(1).template).all()',
      'np.allclose(c._get_waveforms(2).data.mean(axis=0), c._get_mean_waveforms(2).data[0], atol=1e-3)',
      'list(c.get_waveforms(2).channel_ids) == list(c.get_best_channels(2))[: len(c.get_waveforms(2).channel_ids)]',
      '(c._amplitude_getter([2], load_all=True)[0].spike_ids == s.clustering.spikes_per_cluster[2]).all()',
      'c.get_spike_ids(2, 3).tolist() == c.get_spike_ids(2)[[0, (s.n_spikes(2) - 1) // 2, -1]].tolist()',
      '(c.get_channel_amplitudes(2)[1][:-1] >= c.get_channel_amplitudes(2)[1][1:]).all()',
      'c._get_features(2, [1]).data.shape == (s.n_spikes(2), 1, 3)',
    ];
    expect(await ipython.run(`[bool(x) for x in [${same.join(', ')}]]`)).toBe(`[${same.map(() => 'True').join(', ')}]`);
  });

  test('acts in the one engine: tables and undo follow', async () => {
    expect(await ipython.run('s.select([0, 1]); s.merge()')).toBe('Merge clusters 0, 1 to 6.');
    await expectSelection(page(), [6]);
    expect(await ipython.run('s.selected, m.spike_clusters.max(), s.merge().added')).toContain('([6], ');
    await page().getByRole('button', { name: 'Undo' }).first().click();
    await expectSelection(page(), [0, 1]);
    expect(await ipython.run('s.clustering.cluster_ids.tolist(), bool((m.spike_clusters == 6).any())')).toBe(
      '([0, 1, 2, 3, 5], False)',
    );
    expect(await ipython.run('s.split(s.clustering.spikes_per_cluster[2][:3]).added')).toBe('[7, 8]');
    expect(await ipython.run('s.label("quality", 3, 7); s.cluster_meta.get("quality", 7)')).toBe('3');
    expect(await ipython.run('s.move("good", [7]); s.get_cluster_info(7).group')).toBe("'good'");
    expect(await ipython.run('s.undo(); s.undo(); s.undo(); s.clustering.n_clusters')).toBe('5');
    expect(await ipython.run('s.merge([0, 99])')).toContain('PhyError: There is no cluster 99.');
    await ipython.run('s.select(5); s.actions.next()');
    expect(await ipython.run('len(s.selected_similar)')).toBe('1');
  });

  test('sets the limits of the views', async () => {
    await ipython.leave();
    await snippet(page(), 'c 2');
    expect(await ipython.run('c.n_spikes_waveforms')).toBe('100');
    await ipython.run('c.n_spikes_waveforms = 5; c.batch_size_waveforms = 1');
    await expect.poll(() => statusLine(page(), 'WaveformView')).toContain('shown 5 of');
    expect(await ipython.run('c.n_spikes_waveforms = 0')).toContain('expected a whole number of 1 or more');
  });

  test('shows figures, tables and colours; nothing in them runs', async () => {
    await ipython.run('plt.plot([1, 3, 2])\nplt.show()');
    await ipython.panel.locator('img[src^="data:image/png;base64,"]').last().waitFor({ timeout: 60_000 });
    await ipython.run(
      "from IPython.display import SVG, HTML; SVG(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>\")",
    );
    await ipython.panel.locator('img[src^="data:image/svg+xml"]').waitFor();
    await ipython.run(
      "HTML(\"<style>*{display:none}</style><table><tr><th>id</th></tr><tr><td onclick='x()'>42</td></tr></table><script>window.bad=1</script><img src=x onerror='window.bad=1'><a href='javascript:window.bad=1'>link</a><iframe src='/'></iframe>\")",
    );
    await ipython.panel.getByRole('cell', { name: '42' }).waitFor();
    expect(await page().evaluate(() => Reflect.get(globalThis, 'bad') ?? 'nothing')).toBe('nothing');
    const inner = await ipython.panel.getByRole('table').last().locator('xpath=..').innerHTML();
    // The browser reports what it refused in the text that was parsed; nothing of that text is in the window.
    session.window.errors.splice(0);
    expect(inner).not.toMatch(/onclick|onerror|<script|<style|<a |<iframe|src=/);
    const traceback = await ipython.run('1/0');
    expect(traceback).toContain('ZeroDivisionError: division by zero');
    expect(traceback).not.toContain('\u001b');
    expect(await ipython.panel.getByRole('alert').last().locator('span[style*="color"]').count()).toBeGreaterThan(0);
    // With something to see in the other views.
    await ipython.run('s.select([2, 3])');
    expect(await findings(page())).toEqual([]);
  });

  test('is busy, is interrupted, and restarts', async () => {
    await ipython.enter('kept = 1\nimport time\nwhile True:\n    time.sleep(0.05)');
    await page().keyboard.press('Control+Enter');
    await expect.poll(() => ipython.status(), { timeout: 30_000 }).toBe('busy');
    await ipython.panel.getByRole('button', { name: 'Interrupt' }).click();
    expect(await ipython.shown()).toContain('KeyboardInterrupt');
    expect(await ipython.run('kept')).toBe('1');
    await menu(page(), 'IPythonView', 'Restart kernel');
    await expect.poll(() => ipython.status()).not.toBe('idle');
    await expect.poll(() => ipython.status(), { timeout: 60_000 }).toBe('idle');
    expect(await ipython.run('kept')).toContain("name 'kept' is not defined");
    expect(await ipython.run('s.clustering.n_clusters')).toBe('5');
  });

  test('completes, explains, edits several lines, answers input()', async () => {
    await ipython.input.click();
    await page().keyboard.type('m.spike_t');
    await page().keyboard.press('Tab');
    expect(await ipython.offered()).toEqual(['spike_templates', 'spike_times']);
    await page().keyboard.press('Escape');
    await ipython.input.fill('m.get_features');
    await page().keyboard.press('Shift+Tab');
    await ipython.panel.getByText('NaN where nothing is stored').waitFor();
    await ipython.input.fill('');
    await ipython.enter('def f(x):');
    await expect.poll(() => ipython.input.inputValue()).toBe('def f(x):\n    ');
    await page().keyboard.insertText('return 2 * x');
    await ipython.after(() => page().keyboard.press('Control+Enter'));
    expect(await ipython.run('f(21)')).toBe('42');
    await ipython.enter('name = input("Name? ")');
    const answer = ipython.panel.getByLabel('Name?');
    await answer.fill('probe');
    await answer.press('Enter');
    await ipython.input.waitFor();
    expect(await ipython.run('name')).toBe("'probe'");
  });

  test('keys typed in it never act', async () => {
    await ipython.leave();
    await snippet(page(), 'c 0 1');
    await ipython.input.click();
    for (const key of ['g', 'k', ':', 'Space', 'Alt+g', 'Control+m', 'Control+z', 'Control+s'])
      await page().keyboard.press(key);
    await expectSelection(page(), [0, 1]);
    await ipython.input.fill('');
    expect(await ipython.run('s.clustering.n_clusters')).toBe('5');
  });

  test('cells outlive the window, history outlives the program', async () => {
    await ipython.run('"seen again"');
    // Unsaved actions would be asked about first.
    await ipython.run('s.save().files[0]');
    await page().reload();
    await ipython.panel.getByText("'seen again'").first().waitFor();
    expect(await ipython.run('f(1)')).toBe('2');
    await ipython.run('"the last one"');
    await session.end();
    ipython = await session.launch({ PHY_PYTHON: python });
    await expect.poll(() => ipython.status(), { timeout: 60_000 }).toBe('idle');
    await ipython.input.click();
    await expect
      .poll(async () => {
        await page().keyboard.press('ArrowUp');
        return await ipython.input.inputValue();
      })
      .toBe('"the last one"');
  });

  test('a kernel that dies says so, and another one starts', async () => {
    await ipython.input.fill('');
    await ipython.run('for i in range(100): print(i)');
    await ipython.enter('import os; os._exit(3)');
    const ended = ipython.panel.getByText('The kernel has ended.');
    await ended.waitFor({ timeout: 30_000 });
    // Below the cells, where one looks.
    const isInSight = async (): Promise<boolean> => {
      const [said, field] = [await ended.boundingBox(), await ipython.input.boundingBox()];
      const panel = await ipython.panel.boundingBox();
      return said !== null && field !== null && panel !== null && said.y > panel.y && said.y < field.y;
    };
    await expect.poll(isInSight).toBe(true);
    await ipython.panel.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => ipython.status(), { timeout: 60_000 }).toBe('idle');
    expect(await ipython.run('m.n_spikes')).toBe('200');
  });
});

describe.skipIf(browserPath === undefined || process.platform === 'win32')('without a kernel', () => {
  let browser: Browser;
  let session: Session;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  afterEach(async () => {
    expect(session.window.errors.splice(0)).toEqual([]);
    await session.end();
    session.remove();
  });

  /** A program that stands for a Python. */
  function standIn(script: string): string {
    const path = join(session.config, 'python');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  test('it says what is missing and what to install', async () => {
    session = new Session(browser);
    const path = standIn(`echo '{"type":"failed","what":"ipykernel","message":"No module named ipykernel"}'`);
    const ipython = await session.launch({ PHY_PYTHON: path });
    await addView(session.window.page, 'IPythonView');
    const sentence = `${path} has no IPython kernel. Install it with: ${path} -m pip install ipykernel numpy matplotlib`;
    await ipython.panel.getByText(sentence).waitFor();
    expect(await ipython.status()).toBe('failed');
    expect(await ipython.input.getAttribute('readonly')).not.toBeNull();
  });

  test('a Python that does not run is named, and another one can be set', async () => {
    session = new Session(browser);
    const ipython = await session.launch({ PHY_PYTHON: '/nowhere/python' });
    const { page } = session.window;
    await addView(page, 'IPythonView');
    await ipython.panel.getByText('/nowhere/python is no Python. Correct it in the settings of the view.').waitFor();
    const path = standIn('echo "cannot run" >&2; exit 4');
    await page.locator('[aria-label="View settings"]').last().click();
    await page.getByLabel('Python', { exact: true }).fill(path);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect
      .poll(() => keptSettings(join(session.config, 'ts/TemplateGUI/state.json'), 'IPythonView'))
      .toMatchObject({ python: path });
    await ipython.panel.getByRole('button', { name: 'Try again' }).click();
    await ipython.panel.getByText('The program that runs the kernel has ended. cannot run').waitFor();
  });
});
