/**
 * Theme, contrast, cluster palette and scale as attributes of each window's root element (tokens.css answers to them).
 * Kept per user under `appearance`.
 */
export interface Appearance {
  readonly theme: 'dark' | 'light';
  readonly contrast: 'normal' | 'high';
  readonly palette: 'default' | 'cvd';
  /** 1 = 100 %. */
  readonly scale: number;
  /** Keeps the plots dark while the rest is light (look.md 4). */
  readonly darkPlots: boolean;
}

export const DEFAULT_APPEARANCE: Appearance = {
  theme: 'dark',
  contrast: 'normal',
  palette: 'default',
  scale: 1,
  darkPlots: false,
};
/** What View > Interface scale offers. */
export const SCALES: readonly number[] = [0.85, 1, 1.15, 1.3, 1.5, 2];

/** Reads a kept value; anything that does not fit is the default. */
export function readAppearance(kept: unknown): Appearance {
  if (typeof kept !== 'object' || kept === null) return DEFAULT_APPEARANCE;
  const scale =
    'scale' in kept && typeof kept.scale === 'number' && kept.scale >= 0.5 && kept.scale <= 3 ? kept.scale : 1;
  return {
    theme: 'theme' in kept && kept.theme === 'light' ? 'light' : 'dark',
    contrast: 'contrast' in kept && kept.contrast === 'high' ? 'high' : 'normal',
    palette: 'palette' in kept && kept.palette === 'cvd' ? 'cvd' : 'default',
    scale,
    darkPlots: 'darkPlots' in kept && kept.darkPlots === true,
  };
}

/** Shows it in one window. */
export function applyAppearance(root: HTMLElement, appearance: Appearance): void {
  root.dataset.theme = appearance.theme;
  root.dataset.contrast = appearance.contrast;
  root.dataset.palette = appearance.palette;
  root.style.setProperty('--ui-scale', String(appearance.scale));
}
