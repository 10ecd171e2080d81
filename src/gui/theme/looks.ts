/** How the window can look, as menus offer it: in the View menu of a dataset and on the start page. */
import { FONT_SIZES, SCALES, type Appearance } from './appearance.ts';

export interface Look {
  /** snake_case (`dark_theme`). */
  readonly name: string;
  readonly title: string;
  readonly doc: string;
  readonly submenu: 'Theme' | 'Font size' | 'Interface scale';
  readonly isOn: (appearance: Appearance) => boolean;
  /** What changes when it is chosen. */
  readonly change: (appearance: Appearance) => Partial<Appearance>;
}

const themes: readonly (readonly [Appearance['theme'], string, string])[] = [
  ['dark', 'Dark', 'Light text on dark ground.'],
  ['light', 'Light', 'Dark text on light ground.'],
  ['system', 'Follow the system', 'Dark or light as the system is.'],
];

export const LOOKS: readonly Look[] = [
  ...themes.map(
    ([theme, title, doc]): Look => ({
      name: `${theme}_theme`,
      title,
      doc,
      submenu: 'Theme',
      isOn: (appearance) => appearance.theme === theme,
      change: () => ({ theme }),
    }),
  ),
  {
    name: 'high_contrast',
    title: 'High contrast',
    doc: 'Raises the contrast of quiet text and edges; on by itself where the system asks for it.',
    submenu: 'Theme',
    isOn: ({ contrast }) => contrast === 'high',
    change: ({ contrast }) => ({ contrast: contrast === 'high' ? 'normal' : 'high' }),
  },
  {
    name: 'reduced_motion',
    title: 'Reduced motion',
    doc: 'Nothing fades or slides; on by itself where the system asks for it.',
    submenu: 'Theme',
    isOn: ({ motion }) => motion === 'reduced',
    change: ({ motion }) => ({ motion: motion === 'reduced' ? 'normal' : 'reduced' }),
  },
  {
    name: 'keep_plots_dark',
    title: 'Keep plots dark',
    doc: 'Plots stay dark in the light theme.',
    submenu: 'Theme',
    isOn: ({ darkPlots }) => darkPlots,
    change: ({ darkPlots }) => ({ darkPlots: !darkPlots }),
  },
  {
    name: 'colour_blind_safe',
    title: 'Colour-blind-safe clusters',
    doc: 'Cluster colours that stay apart for every kind of colour vision.',
    submenu: 'Theme',
    isOn: ({ palette }) => palette === 'cvd',
    change: ({ palette }) => ({ palette: palette === 'cvd' ? 'default' : 'cvd' }),
  },
  ...FONT_SIZES.map(
    (fontSize): Look => ({
      name: `font_${fontSize}`,
      title: `${fontSize} px`,
      doc: 'Size of text and table rows; bars and buttons stay as they are.',
      submenu: 'Font size',
      isOn: (appearance) => appearance.fontSize === fontSize,
      change: () => ({ fontSize }),
    }),
  ),
  ...SCALES.map(
    (scale): Look => ({
      name: `scale_${Math.round(scale * 100)}`,
      title: `${Math.round(scale * 100)} %`,
      doc: 'Size of text, rows and buttons.',
      submenu: 'Interface scale',
      isOn: (appearance) => appearance.scale === scale,
      change: () => ({ scale }),
    }),
  ),
];
