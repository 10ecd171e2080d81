import { describe, expect, it } from 'vitest';
import { LongWorks, type Busy } from './longWork.ts';

function followed() {
  const works = new LongWorks();
  const told: Busy[] = [];
  works.busy.listen((busy) => told.push(busy));
  return { works, told };
}

describe('LongWorks', () => {
  it('shows work from its beginning to its end, in steps of percents', () => {
    const { works, told } = followed();
    const saving = works.begin('Saving', { stoppable: false });
    for (const fraction of [0.1, 0.1001, 0.5]) saving.say(fraction);
    saving.end();
    expect(told).toEqual([
      { text: 'Saving', fraction: null, stoppable: false },
      { text: 'Saving', fraction: 0.1, stoppable: false },
      { text: 'Saving', fraction: 0.5, stoppable: false },
      { text: null, fraction: null, stoppable: false },
    ]);
  });

  it('says nothing of quiet work that ends soon', () => {
    const { works, told } = followed();
    works.begin('Computing isi', { stoppable: true, quiet: true }).end();
    expect(told).toEqual([]);
    const long = works.begin('Computing isi', { stoppable: true, quiet: true });
    long.say(null);
    expect(told).toEqual([{ text: 'Computing isi', fraction: null, stoppable: true }]);
  });

  it('shows the oldest of several, then the next', () => {
    const { works, told } = followed();
    const [first, second] = [works.begin('a', { stoppable: true }), works.begin('b', { stoppable: false })];
    second.say(0.5);
    first.end();
    second.end();
    expect(told.map(({ text, fraction }) => [text, fraction])).toEqual([
      ['a', null],
      ['b', 0.5],
      [null, null],
    ]);
  });

  it('stops what is shown and can be stopped; at the end all that can', () => {
    const { works } = followed();
    const split = works.begin('Splitting', { stoppable: true });
    const saving = works.begin('Saving', { stoppable: false });
    const quiet = works.begin('Computing isi', { stoppable: true, quiet: true });
    works.stopAll();
    expect([split, saving, quiet].map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
    expect(split.signal.reason).toMatchObject({
      kind: 'refused',
      message: 'Stopped splitting. Nothing was changed.',
    });
    works.stopAll(true);
    expect([saving, quiet].map(({ signal }) => signal.aborted)).toEqual([false, true]);
  });
});
