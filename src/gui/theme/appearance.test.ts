import { expect, test } from 'vitest';
import { DEFAULT_APPEARANCE, readAppearance } from './appearance.ts';

test('a kept appearance is read, anything else is the default', () => {
  const kept = { theme: 'light', contrast: 'high', palette: 'cvd', scale: 1.3, darkPlots: true };
  expect(readAppearance(kept)).toEqual(kept);
  for (const broken of [undefined, null, 'light', {}, { theme: 'pink', scale: 'big', palette: 1, darkPlots: 'yes' }]) {
    expect(readAppearance(broken)).toEqual(DEFAULT_APPEARANCE);
  }
  expect(readAppearance({ scale: 40 }).scale).toBe(1);
});
