import { describe, expect, test } from 'vitest';
import { amplitudeView } from '../../views/amplitude/panel.tsx';
import { rasterView } from '../../views/raster/panel.tsx';
import { darkStyle } from '../colors/style.ts';
import type { Scene } from '../plot/scene.ts';
import { withOverlays } from './overlays.ts';
import { emptyScene } from './ViewBody.tsx';

const style = darkStyle();
const scene: Scene = {
  ...emptyScene(style),
  frames: [{ id: 'scatter', box: [-1, -1, 1, 1], bounds: [0, 0, 10, 5], clip: true, marks: [] }],
};
const overlay = {
  name: 'stimuli',
  title: 'Stimuli',
  shown: true,
  color: undefined,
  start: Float64Array.of(1, 2),
  end: null,
  labels: ['a', 'b'],
};

describe('overlays', () => {
  test('stand in the frames of time, with their labels', () => {
    const [frame] = withOverlays(scene, [overlay], (id) => id === 'scatter', style).frames;
    expect(frame.marks.map(({ kind }) => kind)).toEqual(['segments', 'text']);
    expect(withOverlays(scene, [overlay], () => false, style)).toBe(scene);
    expect(withOverlays(scene, [{ ...overlay, shown: false }], () => true, style)).toBe(scene);
    const intervals = { ...overlay, start: Float64Array.of(1, 2), end: Float64Array.of(1.5, 3), labels: [] };
    expect(withOverlays(scene, [intervals], () => true, style).frames[0].marks).toMatchObject([{ kind: 'bars' }]);
  });

  test('have no place on an axis of reordered times', () => {
    expect(amplitudeView.timeFrames?.('scatter', { reordered: false })).toBe(true);
    expect(amplitudeView.timeFrames?.('scatter', { reordered: true })).toBe(false);
    expect(rasterView.timeFrames?.('raster', {})).toBe(true);
  });
});
