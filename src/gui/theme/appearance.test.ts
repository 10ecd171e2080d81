import { expect, test } from 'vitest';
import { DEFAULT_APPEARANCE, readAppearance } from './appearance.ts';
import { LOOKS } from './looks.ts';

test('a kept appearance is read, anything else is the default', () => {
  const kept = {
    theme: 'system',
    contrast: 'high',
    motion: 'reduced',
    palette: 'cvd',
    scale: 1.3,
    fontSize: 14,
    darkPlots: true,
  };
  expect(readAppearance(kept)).toEqual(kept);
  expect(readAppearance({ theme: 'light' })).toEqual({ ...DEFAULT_APPEARANCE, theme: 'light' });
  for (const broken of [undefined, null, 'light', {}, { theme: 'pink', scale: 'big', palette: 1, darkPlots: 'yes' }]) {
    expect(readAppearance(broken)).toEqual(DEFAULT_APPEARANCE);
  }
  expect(readAppearance({ scale: 40 }).scale).toBe(1);
  expect(readAppearance({ fontSize: 4 }).fontSize).toBe(12);
});

test('every look is on after it was chosen, and no two have the same name', () => {
  for (const look of LOOKS) {
    const before = DEFAULT_APPEARANCE;
    const after = { ...before, ...look.change(before) };
    expect([look.name, look.isOn(after)]).toEqual([look.name, true]);
  }
  expect(new Set(LOOKS.map(({ name }) => name)).size).toBe(LOOKS.length);
});
