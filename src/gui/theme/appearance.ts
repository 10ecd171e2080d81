/**
 * Theme, contrast, motion, cluster palette and sizes as attributes of each window's root element (tokens.css answers to them). Kept per user
 * under `appearance`.
 */
export interface Appearance {
  readonly theme: 'dark' | 'light' | 'system';
  /** `normal` still becomes high where the system asks for more contrast. */
  readonly contrast: 'normal' | 'high';
  /** `normal` still becomes reduced where the system asks for less motion. */
  readonly motion: 'normal' | 'reduced';
  readonly palette: 'default' | 'cvd';
  /** Text, rows and buttons; 1 = 100 %. */
  readonly scale: number;
  /** Text alone: the size of ordinary text at scale 1, CSS px. */
  readonly fontSize: number;
  /** Keeps the plots dark while the rest is light (look.md 4). */
  readonly darkPlots: boolean;
}

export const DEFAULT_APPEARANCE: Appearance = {
  theme: 'dark',
  contrast: 'normal',
  motion: 'normal',
  palette: 'default',
  scale: 1,
  fontSize: 12,
  darkPlots: false,
};
/** What Interface scale offers. */
export const SCALES: readonly number[] = [0.85, 1, 1.15, 1.3, 1.5, 2];
/** What Font size offers. */
export const FONT_SIZES: readonly number[] = [12, 13, 14];

const number = (value: unknown, least: number, most: number, otherwise: number): number =>
  typeof value === 'number' && value >= least && value <= most ? value : otherwise;

/** Reads a kept value; anything that does not fit is the default. */
export function readAppearance(kept: unknown): Appearance {
  if (typeof kept !== 'object' || kept === null) return DEFAULT_APPEARANCE;
  const found: Partial<Record<string, unknown>> = { ...kept };
  const { theme } = found;
  return {
    theme: theme === 'light' || theme === 'system' ? theme : 'dark',
    contrast: found['contrast'] === 'high' ? 'high' : 'normal',
    motion: found['motion'] === 'reduced' ? 'reduced' : 'normal',
    palette: found['palette'] === 'cvd' ? 'cvd' : 'default',
    scale: number(found['scale'], 0.5, 3, DEFAULT_APPEARANCE.scale),
    fontSize: number(found['fontSize'], 12, 16, DEFAULT_APPEARANCE.fontSize),
    darkPlots: found['darkPlots'] === true,
  };
}

/** What the system asks for. */
interface Wishes {
  readonly light: boolean;
  readonly contrast: boolean;
  /** The system paints the interface in colours of its own; what we paint ourselves (plots, marks) must fit its ground. */
  readonly forced: boolean;
}

function applyAppearance(root: HTMLElement, appearance: Appearance, wishes: Wishes): void {
  const { theme, scale, fontSize } = appearance;
  root.dataset.theme = theme === 'system' || wishes.forced ? (wishes.light ? 'light' : 'dark') : theme;
  root.dataset.contrast = wishes.contrast ? 'high' : appearance.contrast;
  root.dataset.motion = appearance.motion;
  root.dataset.palette = appearance.palette;
  root.style.setProperty('--ui-scale', String(scale));
  root.style.setProperty('--text-scale', String(scale * (fontSize / DEFAULT_APPEARANCE.fontSize)));
}

/** Shows an appearance in one window, and follows the system where it asks for something. */
export interface Dressed {
  /** Reads the appearance again. */
  refresh(): void;
  stop(): void;
}

/** `read` gives the appearance in force. */
export function dressWindow(window: Window, read: () => Appearance): Dressed {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  const forced = window.matchMedia('(forced-colors: active)');
  const wishes = (): Wishes => ({ light: light.matches, contrast: contrast.matches, forced: forced.matches });
  const refresh = (): void => applyAppearance(window.document.documentElement, read(), wishes());
  for (const query of [light, contrast, forced]) query.addEventListener('change', refresh);
  refresh();
  return {
    refresh,
    stop() {
      for (const query of [light, contrast, forced]) query.removeEventListener('change', refresh);
    },
  };
}
